#include "tests/bench/netlab/settings.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace netlab {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{5s};

struct Accepted {
  const char* text;
  std::function<bool(const Settings&)> holds;
};

TEST(PathSettings, AreReadFromText) {
  const std::vector<Accepted> cases{
      {"", [](const Settings& s) { return s.delay == 0ns && s.rate == 0; }},
      {"delay=25ms", [](const Settings& s) { return s.delay == 25ms; }},
      {"delay=1.5s jitter=200us",
       [](const Settings& s) { return s.delay == 1500ms && s.jitter == 200us; }},
      {"delay=0", [](const Settings& s) { return s.delay == 0ns; }},
      {"  loss=0.02\tduplicate=1% ",
       [](const Settings& s) { return s.loss == 0.02 && s.duplicate == 0.01; }},
      {"rate=20mbit", [](const Settings& s) { return s.rate == 20'000'000; }},
      {"rate=1.5gbit", [](const Settings& s) { return s.rate == 1'500'000'000; }},
      {"rate=64000", [](const Settings& s) { return s.rate == 64'000; }},
      {"rate=8mbit queue=100ms", [](const Settings& s) { return s.queue_limit() == 100'000; }},
      {"rate=8mbit queue=64kb", [](const Settings& s) { return s.queue_limit() == 64'000; }},
      {"rate=8mbit queue=64kb queue=10ms",
       [](const Settings& s) { return s.queue_limit() == 10'000; }},
      {"rate=8mbit queue=0", [](const Settings& s) { return s.queue_limit() == 0; }},
      {"jitter_order=free", [](const Settings& s) { return s.jitter_reorders; }},
      {"jitter_order=free jitter_order=keep", [](const Settings& s) { return !s.jitter_reorders; }},
      {"burst_loss=2% burst_length=5 burst_density=0.5",
       [](const Settings& s) { return s.burst_length == 5 && s.burst_density == 0.5; }},
      {"reorder=0.1 reorder_by=3ms",
       [](const Settings& s) { return s.reorder == 0.1 && s.reorder_by == 3ms; }},
      {"mtu=1400", [](const Settings& s) { return s.mtu == 1400; }},
      {"blackout=on",
       [](const Settings& s) {
         return s.blackout_from == kNow && s.blackout_to == TimePoint::max();
       }},
      {"blackout=2s",
       [](const Settings& s) { return s.blackout_from == kNow && s.blackout_to == kNow + 2s; }},
      {"blackout=1s-3s",
       [](const Settings& s) {
         return s.blackout_from == kNow + 1s && s.blackout_to == kNow + 3s;
       }},
      {"blackout=on blackout=off",
       [](const Settings& s) { return s.blackout_from == s.blackout_to; }},
  };
  for (const auto& [text, holds] : cases) {
    Settings settings;
    EXPECT_EQ(apply(text, kNow, settings), std::nullopt) << text;
    EXPECT_TRUE(holds(settings)) << text;
  }
}

TEST(PathSettings, AreRefusedAsAWholeWhenOneIsWrong) {
  const std::vector<const char*> cases{"delay",
                                       "delay=",
                                       "delay=5",
                                       "delay=-5ms",
                                       "delay=5 ms",
                                       "speed=5",
                                       "loss=1.01",
                                       "loss=101%",
                                       "loss=-0.1",
                                       "loss=nan",
                                       "rate=20mbps",
                                       "rate=inf",
                                       "queue=0b",
                                       "queue=5m",
                                       "jitter_order=maybe",
                                       "blackout=3s-1s",
                                       "blackout=0s",
                                       "burst_length=0.5",
                                       "mtu=1e3",
                                       "reorder_by=1",
                                       "burst_loss=0.5 burst_density=0.4",
                                       "burst_loss=0.9 burst_length=2",
                                       "=5",
                                       "delay=999999999s"};
  for (const char* text : cases) {
    Settings settings;
    EXPECT_NE(apply(std::string("mtu=77 ") + text, kNow, settings), std::nullopt) << text;
    EXPECT_EQ(settings.mtu, 0U) << text;
  }
}

}  // namespace
}  // namespace netlab
