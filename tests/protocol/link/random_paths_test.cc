// Links over random bad paths, in virtual time.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/protocol/link/link_checks.h"
#include "tests/protocol/link/link_world.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using link::CongestionAlgorithm;
using link::Link;

// -- paths and streams

netlab::Settings random_path(SeededEntropy& chance) {
  netlab::Settings path;
  path.rate = static_cast<uint64_t>(chance.log_between(50e3, 1e9));
  path.delay = chance.between(0ms, chance.chance(0.8) ? 100ms : 500ms);
  const double bytes_per_second = static_cast<double>(path.rate) / 8;
  path.queue_bytes =
      static_cast<uint64_t>(std::max(4500.0, bytes_per_second * chance.log_between(0.005, 0.5)));
  if (chance.chance(0.4)) path.jitter = chance.between(0ms, 50ms);
  path.jitter_reorders = chance.chance(0.5);
  if (chance.chance(0.5)) path.loss = chance.log_between(0.001, 0.3);
  if (chance.chance(0.2)) {
    path.burst_loss = chance.log_between(0.001, 0.2);
    path.burst_length = 2 + static_cast<double>(chance.below(30));
  }
  if (chance.chance(0.3)) path.duplicate = chance.log_between(0.001, 0.3);
  if (chance.chance(0.3)) path.reorder = chance.log_between(0.001, 0.3);
  path.reorder_by = chance.between(1ms, 60ms);
  if (chance.chance(0.3)) path.mtu = chance.chance(0.5) ? 1250 : 1400;
  return path;
}

void add_blackout(netlab::Settings& path, TimePoint now, SeededEntropy& chance) {
  const auto start = now + chance.between(0s, 4s);
  path.blackout_from = netlab::TimePoint(start.time_since_epoch());
  path.blackout_to = path.blackout_from + chance.between(50ms, chance.chance(0.8) ? 3s : 20s);
}

StreamManner random_manner(SeededEntropy& chance, double most_bytes) {
  StreamManner manner;
  const double bytes = chance.chance(0.5)
                           ? chance.log_between(1, most_bytes)
                           : static_cast<double>(chance.below(1001)) * most_bytes / 1e3;
  if (chance.chance(0.9)) manner.to_send = static_cast<uint64_t>(bytes);
  if (chance.chance(0.1)) {
    manner.read_bytes = 500 + chance.below(60'000);
    manner.read_interval = chance.between(1ms, 50ms);
  }
  return manner;
}

// -- events at one end

void contact_is_full_for_a_while(LinkWorld& world, LinkEnd& end, SeededEntropy& chance) {
  const Duration from = chance.between(0ms, 2s);
  world.queue().after(from, [&end] { end.set_contact(SendResult::kFull); });
  world.queue().after(from + chance.between(1ms, 4s), [&end] {
    end.set_contact(SendResult::kSent);
    end.settle();
  });
}

void contact_goes_and_comes_back(LinkWorld& world, LinkEnd& end, SeededEntropy& chance) {
  const Duration from = chance.between(0ms, 2s);
  const bool told = chance.chance(0.5);
  world.queue().after(from, [&end, told] {
    end.set_contact(SendResult::kGone);
    if (told) end.link().suspend();
  });
  world.queue().after(from + chance.between(1ms, 30s), [&world, &end] {
    end.set_contact(SendResult::kSent);
    end.link().resume(world.now());
    end.settle();
  });
}
// -- checks

uint64_t packets_sent(LinkWorld& world) {
  return world.a().link().stats().packets_sent + world.b().link().stats().packets_sent;
}
bool is_silent(LinkWorld& world) {
  return !world.queue().next() && !world.a().link().deadline() && !world.b().link().deadline() &&
         world.path(0).packets_on_the_way() + world.path(1).packets_on_the_way() == 0;
}

std::string describe(LinkWorld& world) {
  std::string text;
  for (LinkEnd* const end : {&world.a(), &world.b()}) {
    const auto stats = end->link().stats();
    text += "sent " + std::to_string(stats.packets_sent) + " lost " +
            std::to_string(stats.packets_lost) + " wrongly " +
            std::to_string(stats.packets_lost_wrongly) + " timeouts " +
            std::to_string(stats.probe_timeouts) + " window " + std::to_string(stats.window) +
            " in flight " + std::to_string(stats.in_flight) + " rtt " +
            std::to_string(stats.rtt.count()) + " " + stats.congestion_state + "\n";
  }
  for (const int from : {0, 1}) {
    const auto& path = world.path(from).settings();
    text += std::to_string(path.rate) + " bit/s, delay " +
            std::to_string(path.delay.count() / 1000) + " us, loss " + std::to_string(path.loss) +
            ", burst " + std::to_string(path.burst_loss) + ", queue " +
            std::to_string(path.queue_bytes) + ", mtu " + std::to_string(path.mtu) + "\n";
  }
  return text;
}

struct Limits {
  uint64_t streams = 0;
  uint64_t needed = 0;  // packets, if none are lost and all are full
};

Limits open_random_streams(LinkWorld& world, SeededEntropy& chance) {
  Limits limits;
  limits.streams = 1 + (chance.chance(0.5) ? chance.below(4) : chance.below(20));
  const auto slower =
      static_cast<double>(std::min(world.path(0).settings().rate, world.path(1).settings().rate));
  const double most = std::clamp(slower, 2e3, chance.chance(0.05) ? 3e6 : 3e5);
  for (MsgId id = 1; id <= limits.streams; ++id) {
    const auto manner_a = random_manner(chance, most);
    const auto manner_b = random_manner(chance, most);
    limits.needed += 4 + (manner_a.to_send + manner_b.to_send) / 1000;
    world.queue().after(chance.between(0ms, 300ms),
                        [&world, id, manner_a, manner_b] { world.open(id, manner_a, manner_b); });
  }
  return limits;
}

void run_random(uint64_t seed, CongestionAlgorithm congestion) {
  SeededEntropy chance(seed);
  LinkWorld world(seed, congestion);
  for (const int from : {0, 1}) {
    netlab::Settings path = random_path(chance);
    if (from == 1 && chance.chance(0.5)) path = world.path(0).settings();  // symmetric
    if (chance.chance(0.25)) add_blackout(path, world.now(), chance);
    world.set_path(from, path);
  }
  const Limits limits = open_random_streams(world, chance);
  if (chance.chance(0.15)) contact_is_full_for_a_while(world, world.a(), chance);
  if (chance.chance(0.15)) contact_goes_and_comes_back(world, world.b(), chance);
  for (uint64_t i = chance.chance(0.2) ? 1 + chance.below(5) : 0; i > 0; --i) {
    world.run(chance.between(0ms, 1s));
    world.leap(chance.between(1ms, 5s));
  }
  const uint64_t memory =
      2 * (Link::kWindows.most_link + limits.streams * (Link::kMaxUnsentBytes + 65536));
  const TimePoint start = world.now();
  const auto done = [&] {
    EXPECT_LE(world.a().link().buffered_bytes(), memory);
    EXPECT_LE(world.b().link().buffered_bytes(), memory);
    return world.a().streams().size() == limits.streams && world.all_ended();
  };
  bool ended = false;
  while (!(ended = done()) && world.now() < start + 900s) {
    const TimePoint before = world.now();
    world.run_until(done, 1s);
    ASSERT_GT(world.now(), before) << "no progress of time\n" << describe(world);
  }
  EXPECT_TRUE(ended) << describe(world);
  // The wait is long because a spell of loss is counted in packets, and few are left to end it.
  world.run_until([&] { return is_silent(world); }, 900s);
  expect_every_byte_arrived(world);
  expect_silence(world);
  // Packets allowed: an acknowledgement for each packet, retransmissions of lost ones, and probes
  // during silence.
  double arrival = 1;
  bool mixed_up = false;
  for (const int from : {0, 1}) {
    const netlab::Settings& path = world.path(from).settings();
    arrival *= (1 - path.loss) * (1 - path.burst_loss);
    mixed_up = mixed_up || (path.jitter_reorders && path.jitter > path.delay / 4);
  }
  // Jitter that mixes up whole round trips makes many packets count as lost that are not.
  const double repeats = mixed_up ? 15 : 6;
  const double sane = 300 + repeats * static_cast<double>(limits.needed) / (arrival * arrival) +
                      4 * seconds(world.now() - start);
  EXPECT_LE(static_cast<double>(packets_sent(world)), sane) << "needed " << limits.needed << "\n"
                                                            << describe(world);
}

TEST(RandomPaths, CarryEveryByteAndLeaveNothingBehind) {
  for_each_seed(3000, [](uint64_t seed) { run_random(seed, CongestionAlgorithm::kBbr); });
}

TEST(RandomPaths, CarryEveryByteUnderCubicToo) {
  for_each_seed(500, [](uint64_t seed) { run_random(seed, CongestionAlgorithm::kCubic); });
}

}  // namespace
}  // namespace ngcshare::test
