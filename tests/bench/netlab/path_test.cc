#include "tests/bench/netlab/path.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace netlab {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kSeed = 7;
constexpr TimePoint kStart{1s};

struct Arrival {
  uint32_t number;
  TimePoint at;
};

// Runs a path in virtual time: sends numbered packets, and calls receive() only at the deadline.
class Bench {
 public:
  explicit Bench(const std::string& settings = "", uint64_t seed = kSeed) : path_(seed) {
    set(settings);
  }

  void set(const std::string& words) {
    Settings settings = path_.settings();
    ASSERT_EQ(apply(words, now_, settings), std::nullopt);
    path_.set(settings, now_);
  }

  void send(size_t size = 1500) {
    std::vector<uint8_t> packet(size);
    const uint32_t number = sent_++;
    for (size_t at = 0; at < 4; ++at) packet[at] = static_cast<uint8_t>(number >> (8 * at));
    path_.send(packet, now_);
  }

  void send_many(int count, Duration apart) {
    for (int index = 0; index < count; ++index) {
      send();
      run_until(now_ + apart);
    }
  }

  void run_until(TimePoint end) {
    while (const auto due = path_.deadline()) {
      if (*due > end) break;
      now_ = std::max(now_, *due);
      take();
    }
    now_ = end;
  }

  // Lets time pass without a call, as a process does that does not get the processor.
  void oversleep(Duration time) {
    now_ += time;
    take();
  }

  void drain() {
    while (path_.deadline()) run_until(*path_.deadline());
    EXPECT_EQ(path_.packets_on_the_way(), 0U);
  }

  const std::vector<Arrival>& arrivals() const { return arrivals_; }
  const Counters& counters() const { return path_.counters(); }
  TimePoint now() const { return now_; }
  Path& path() { return path_; }

 private:
  void take() {
    while (const auto packet = path_.receive(now_)) {
      uint32_t number = 0;
      for (size_t at = 0; at < 4; ++at) number |= static_cast<uint32_t>((*packet)[at]) << (8 * at);
      arrivals_.push_back({number, now_});
    }
    EXPECT_EQ(path_.receive(now_), std::nullopt);  // releases the last packet
  }

  Path path_;
  TimePoint now_ = kStart;
  uint32_t sent_ = 0;
  std::vector<Arrival> arrivals_;
};

bool in_order(const std::vector<Arrival>& arrivals) {
  for (size_t at = 1; at < arrivals.size(); ++at) {
    if (arrivals[at].number < arrivals[at - 1].number) return false;
  }
  return true;
}

TEST(Path, WithoutSettingsDeliversAtOnce) {
  Bench bench;
  bench.send();
  bench.drain();
  ASSERT_EQ(bench.arrivals().size(), 1U);
  EXPECT_EQ(bench.arrivals()[0].at, kStart);
}

TEST(Path, DelaysEveryPacketByTheSameTime) {
  Bench bench("delay=25ms");
  bench.send_many(100, 1ms);
  bench.drain();
  ASSERT_EQ(bench.arrivals().size(), 100U);
  for (const auto& [number, at] : bench.arrivals()) EXPECT_EQ(at, kStart + number * 1ms + 25ms);
}

TEST(Path, SerialisesBytesAtTheRate) {
  Bench bench("rate=20mbit delay=10ms queue=1mb");
  bench.send(1500);
  bench.send(40);
  bench.send(1000);
  bench.drain();
  ASSERT_EQ(bench.arrivals().size(), 3U);
  EXPECT_EQ(bench.arrivals()[0].at, kStart + 10ms + 600us);
  EXPECT_EQ(bench.arrivals()[1].at, kStart + 10ms + 616us);
  EXPECT_EQ(bench.arrivals()[2].at, kStart + 10ms + 1016us);
}

TEST(Path, KeepsItsRateThoughTheCallerOversleeps) {
  Bench bench("rate=100mbit queue=10mb");
  for (int count = 0; count < 1000; ++count) bench.send();
  bench.oversleep(60ms);
  EXPECT_EQ(bench.arrivals().size(), 500U);  // 120 us each
  bench.oversleep(60ms);
  EXPECT_EQ(bench.arrivals().size(), 1000U);
  EXPECT_GT(bench.counters().max_lateness, 59ms);
  EXPECT_EQ(bench.counters().late_packets, 1000U - 6U);  // three of each half were due just before
}

TEST(Path, DropsTheTailWhenTheQueueIsFull) {
  Bench bench("rate=12mbit queue=15000");
  for (int count = 0; count < 20; ++count) bench.send();
  bench.drain();
  EXPECT_EQ(bench.arrivals().size(), 11U);  // ten wait, one is in transmission
  EXPECT_EQ(bench.arrivals().back().number, 10U);
  EXPECT_EQ(bench.counters().dropped_queue, 9U);
  EXPECT_EQ(bench.counters().max_queue_bytes, 15000U);
  EXPECT_EQ(bench.counters().max_queue_delay, 10ms);  // 1 ms each
}

TEST(Path, QueueGivenAsTimeHoldsThatTimeAtTheRate) {
  Bench bench("rate=12mbit queue=50ms");
  for (int count = 0; count < 100; ++count) bench.send();
  bench.drain();
  EXPECT_EQ(bench.arrivals().size(), 51U);
  EXPECT_EQ(bench.counters().max_queue_delay, 50ms);
}

TEST(Path, AChangedRateHoldsForWhatIsLeftOfThePacketInTransmission) {
  Bench bench("rate=12mbit queue=1mb");
  bench.send();
  bench.send();
  bench.run_until(kStart + 500us);  // half of the first is transmitted
  bench.set("rate=1200kbit");
  bench.drain();
  ASSERT_EQ(bench.arrivals().size(), 2U);
  EXPECT_EQ(bench.arrivals()[0].at, kStart + 500us + 5ms);
  EXPECT_EQ(bench.arrivals()[1].at, kStart + 500us + 15ms);
}

TEST(Path, WithoutARateAnyMoreTheQueueLeavesAtOnce) {
  Bench bench("rate=12mbit queue=1mb delay=5ms");
  for (int count = 0; count < 10; ++count) bench.send();
  bench.set("rate=0");
  bench.drain();
  ASSERT_EQ(bench.arrivals().size(), 10U);
  EXPECT_EQ(bench.arrivals().back().at, kStart + 5ms);
  EXPECT_TRUE(in_order(bench.arrivals()));
}

TEST(Path, AShorterDelayDoesNotReorder) {
  Bench bench("delay=100ms");
  bench.send();
  bench.set("delay=1ms");
  bench.send();
  bench.drain();
  EXPECT_TRUE(in_order(bench.arrivals()));
  EXPECT_EQ(bench.arrivals().back().at, kStart + 100ms);
}

TEST(Path, LosesTheShareItIsTold) {
  for (const double share : {0.001, 0.01, 0.02, 0.5}) {
    Bench bench("loss=" + std::to_string(share));
    constexpr int kCount = 200000;
    bench.send_many(kCount, 1us);
    const double lost = static_cast<double>(bench.counters().dropped_loss) / kCount;
    EXPECT_NEAR(lost, share, 4 * std::sqrt(share * (1 - share) / kCount)) << "share " << share;
    EXPECT_EQ(bench.arrivals().size() + bench.counters().dropped_loss, size_t{kCount});
  }
}

TEST(Path, LossUsesUpTheRate) {
  Bench bench("rate=12mbit queue=1mb loss=1");
  bench.send();
  bench.set("loss=0");  // the first is still in transmission and is spared
  bench.send();
  bench.drain();
  EXPECT_EQ(bench.arrivals().back().at, kStart + 2ms);
}

TEST(Path, LosesInBurstsOfTheMeanLengthItIsTold) {
  Bench bench("burst_loss=2% burst_length=5");
  constexpr int kCount = 500000;
  bench.send_many(kCount, 1us);
  int bursts = 0;
  uint32_t expected = 0;
  for (const auto& arrival : bench.arrivals()) {
    if (arrival.number != expected) ++bursts;
    expected = arrival.number + 1;
  }
  const auto lost = static_cast<double>(bench.counters().dropped_burst);
  EXPECT_NEAR(lost / kCount, 0.02, 0.002);
  EXPECT_NEAR(lost / bursts, 5, 0.4);
}

TEST(Path, ASparseBurstLosesTheSameShareOverall) {
  Bench bench("burst_loss=2% burst_length=20 burst_density=0.4");
  constexpr int kCount = 1000000;
  bench.send_many(kCount, 1us);
  EXPECT_NEAR(static_cast<double>(bench.counters().dropped_burst) / kCount, 0.02, 0.002);
}

TEST(Path, JitterKeepsTheOrderUnlessToldOtherwise) {
  Bench kept("delay=20ms jitter=5ms");
  kept.send_many(1000, 100us);
  kept.drain();
  EXPECT_TRUE(in_order(kept.arrivals()));

  Bench loose("delay=20ms jitter=5ms jitter_order=free");
  loose.send_many(1000, 100us);
  loose.drain();
  EXPECT_FALSE(in_order(loose.arrivals()));
  double sum = 0;
  for (const auto& [number, at] : loose.arrivals()) {
    const Duration took = at - (kStart + number * 100us);
    EXPECT_GE(took, 15ms);
    EXPECT_LE(took, 25ms);
    sum += std::chrono::duration<double, std::milli>(took).count();
  }
  EXPECT_NEAR(sum / 1000, 20, 0.5);
}

TEST(Path, HoldsBackTheShareOfPacketsToReorder) {
  Bench bench("delay=5ms reorder=10% reorder_by=3ms");
  bench.send_many(10000, 1ms);
  bench.drain();
  EXPECT_EQ(bench.arrivals().size(), 10000U);
  int held_back = 0;
  for (const auto& [number, at] : bench.arrivals()) {
    const Duration took = at - (kStart + number * 1ms);
    EXPECT_TRUE(took == 5ms || took == 8ms);
    if (took == 8ms) ++held_back;
  }
  EXPECT_NEAR(held_back, 1000, 100);
  EXPECT_FALSE(in_order(bench.arrivals()));
}

TEST(Path, DeliversDuplicatesBehindTheOriginal) {
  Bench bench("delay=5ms duplicate=50%");
  bench.send_many(1000, 1ms);
  bench.drain();
  EXPECT_EQ(bench.arrivals().size(), 1000 + bench.counters().duplicated);
  EXPECT_NEAR(static_cast<double>(bench.counters().duplicated), 500, 60);
  EXPECT_TRUE(in_order(bench.arrivals()));
}

TEST(Path, ABlackoutLosesAllThatLeavesTheTransmitterMeanwhile) {
  Bench bench("delay=2ms blackout=10ms-20ms");
  bench.send_many(30, 1ms);
  bench.drain();
  EXPECT_EQ(bench.counters().dropped_blackout, 10U);
  ASSERT_EQ(bench.arrivals().size(), 20U);
  EXPECT_EQ(bench.arrivals()[9].number, 9U);
  EXPECT_EQ(bench.arrivals()[10].number, 20U);
}

TEST(Path, TooLargePacketsVanish) {
  Bench bench("mtu=1400");
  bench.send(1400);
  bench.send(1401);
  bench.drain();
  EXPECT_EQ(bench.arrivals().size(), 1U);
  EXPECT_EQ(bench.counters().dropped_size, 1U);
}

TEST(Path, TheSameSeedTellsTheSameStory) {
  const auto story = [](uint64_t seed) {
    Bench bench(
        "rate=20mbit delay=10ms jitter=2ms jitter_order=free loss=5% duplicate=5% reorder=5%",
        seed);
    bench.send_many(2000, 500us);
    bench.drain();
    std::vector<std::pair<uint32_t, TimePoint>> events;
    for (const auto& [number, at] : bench.arrivals()) events.emplace_back(number, at);
    return events;
  };
  EXPECT_EQ(story(1), story(1));
  EXPECT_NE(story(1), story(2));
}

TEST(Path, OneKindOfChanceDoesNotChangeTheLossesOfAnother) {
  const auto survivors = [](const std::string& settings) {
    Bench bench(settings);
    bench.send_many(2000, 1ms);
    bench.drain();
    std::vector<uint32_t> numbers;
    for (const auto& arrival : bench.arrivals()) numbers.push_back(arrival.number);
    return numbers;
  };
  EXPECT_EQ(survivors("delay=9ms loss=5%"), survivors("delay=9ms loss=5% jitter=1ms"));
}

TEST(Path, CountsBytesAndTellsWhenNothingIsOnTheWay) {
  Bench bench("delay=1ms");
  EXPECT_EQ(bench.path().deadline(), std::nullopt);
  bench.send(100);
  bench.send(200);
  EXPECT_EQ(bench.path().packets_on_the_way(), 2U);
  bench.drain();
  EXPECT_EQ(bench.counters().bytes_in, 300U);
  EXPECT_EQ(bench.counters().bytes_out, 300U);
  bench.path().reset_counters();
  EXPECT_EQ(bench.counters().bytes_in, 0U);
}

TEST(Path, DropsAndCountsWhatItHasNoMemoryFor) {
  Bench bench("delay=1s");
  for (size_t count = 0; count < Path::kMaxPackets + 5; ++count) bench.send(20);
  EXPECT_EQ(bench.counters().dropped_memory, 5U);
}

}  // namespace
}  // namespace netlab
