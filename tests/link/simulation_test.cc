// Links over bad and shared paths, in virtual time. Every failure names its seed.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>

#include "tests/link/link_world.h"
#include "tests/simulation/seeded_entropy.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using link::CongestionAlgorithm;
using link::Link;

template <typename F>
void for_each_seed(uint64_t count, const F& simulate) {
  for (uint64_t seed = 1; seed <= count && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulate(seed);
  }
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

double jain(const std::vector<double>& shares) {
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

// -- random paths

// Evenly by order of magnitude.
double log_between(SeededEntropy& chance, double least, double most) {
  const double part = static_cast<double>(chance.below(1'000'001)) / 1e6;
  return least * std::pow(most / least, part);
}

netlab::Settings random_path(SeededEntropy& chance) {
  netlab::Settings path;
  path.rate = static_cast<uint64_t>(log_between(chance, 50e3, 1e9));
  path.delay = chance.between(0ms, chance.chance(0.8) ? 100ms : 500ms);
  const double bytes_per_second = static_cast<double>(path.rate) / 8;
  path.queue_bytes =
      static_cast<uint64_t>(std::max(4500.0, bytes_per_second * log_between(chance, 0.005, 0.5)));
  if (chance.chance(0.4)) path.jitter = chance.between(0ms, 50ms);
  path.jitter_reorders = chance.chance(0.5);
  if (chance.chance(0.5)) path.loss = log_between(chance, 0.001, 0.3);
  if (chance.chance(0.2)) {
    path.burst_loss = log_between(chance, 0.001, 0.2);
    path.burst_length = 2 + static_cast<double>(chance.below(30));
  }
  if (chance.chance(0.3)) path.duplicate = log_between(chance, 0.001, 0.3);
  if (chance.chance(0.3)) path.reorder = log_between(chance, 0.001, 0.3);
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
                           ? log_between(chance, 1, most_bytes)
                           : static_cast<double>(chance.below(1001)) * most_bytes / 1e3;
  if (chance.chance(0.9)) manner.to_send = static_cast<uint64_t>(bytes);
  if (chance.chance(0.1)) {
    manner.read_bytes = 500 + chance.below(60'000);
    manner.read_interval = chance.between(1ms, 50ms);
  }
  return manner;
}

// -- what may happen to an end besides the path

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

// -- what has to hold

uint64_t packets_sent(LinkWorld& world) {
  return world.a().link().stats().packets_sent + world.b().link().stats().packets_sent;
}

void expect_every_byte_arrived(LinkWorld& world, size_t link = 0) {
  for (LinkEnd* const end : {&world.a(link), &world.b(link)}) {
    LinkEnd& other = end == &world.a(link) ? world.b(link) : world.a(link);
    EXPECT_EQ(end->errors(), 0);
    for (const auto& [id, progress] : end->streams()) {
      EXPECT_FALSE(progress.corrupt) << "stream " << id;
      EXPECT_TRUE(progress.ended) << "stream " << id << " " << progress.read << " of "
                                  << other.stream(id).manner.to_send;
      EXPECT_EQ(progress.read, other.stream(id).manner.to_send) << "stream " << id;
    }
  }
}

void expect_silence(LinkWorld& world, size_t link = 0) {
  for (LinkEnd* const end : {&world.a(link), &world.b(link)}) {
    EXPECT_EQ(end->link().stats().in_flight, 0U);
    EXPECT_EQ(end->link().deadline(), std::nullopt);
    EXPECT_EQ(end->link().buffered_bytes(), 0U);
    for (const auto& [id, progress] : end->streams()) EXPECT_FALSE(end->link().is_open(id));
  }
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
  uint64_t needed = 0;  // packets, if none were lost and all full
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
    if (from == 1 && chance.chance(0.5)) path = world.path(0).settings();  // a symmetric one
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
      2 * (Link::kMaxLinkWindow + limits.streams * (Link::kMaxUnsentBytes + 65536));
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
  // A spell of loss is counted in packets, and few are left to come to its end.
  world.run_until([&] { return is_silent(world); }, 900s);
  expect_every_byte_arrived(world);
  expect_silence(world);
  // An acknowledgement for each packet, each packet again as often as it is lost, and probes in
  // times of silence.
  double arrival = 1;
  bool mixed_up = false;
  for (const int from : {0, 1}) {
    const netlab::Settings& path = world.path(from).settings();
    arrival *= (1 - path.loss) * (1 - path.burst_loss);
    mixed_up = mixed_up || (path.jitter_reorders && path.jitter > path.delay / 4);
  }
  // Where jitter mixes up whole round trips much is thought lost that is not.
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

// -- sharing

netlab::Settings plain_path(int rtt_ms, int mbit) {
  netlab::Settings path;
  path.delay = std::chrono::microseconds(rtt_ms * 500);
  path.rate = static_cast<uint64_t>(mbit) * 1'000'000;
  path.queue_time = std::chrono::milliseconds(std::max(rtt_ms, 50));
  return path;
}

const StreamManner kEndless = [] {
  StreamManner manner;
  manner.endless = true;
  return manner;
}();

// The rates of endless streams, one on each link, after a while to settle in, in Mbit/s.
std::vector<double> rates_of_links(LinkWorld& world, Duration settling, Duration measured) {
  SeededEntropy chance(1);
  for (size_t i = 0; i < world.links(); ++i) {
    world.open(1, kEndless, {}, i);
    world.run(chance.between(0ms, 100ms));
  }
  world.run(settling);
  std::vector<double> rates;
  for (size_t i = 0; i < world.links(); ++i) {
    rates.push_back(-static_cast<double>(world.b(i).bytes_read()));
  }
  world.run(measured);
  for (size_t i = 0; i < world.links(); ++i) {
    rates[i] += static_cast<double>(world.b(i).bytes_read());
    rates[i] *= 8e-6 / seconds(measured);
    EXPECT_FALSE(world.b(i).stream(1).corrupt);
  }
  return rates;
}

std::string in_words(const std::vector<double>& rates) {
  std::string text;
  for (const double rate : rates) text += std::to_string(rate) + " ";
  return text;
}

struct Sharing {
  const char* name;
  CongestionAlgorithm congestion;
  size_t links;
  int rtt_ms;
  int mbit;
  double least_fairness;
};

TEST(SharedPath, IsSharedFairlyByLongFlows) {
  constexpr auto kBbr = CongestionAlgorithm::kBbr;
  constexpr auto kCubic = CongestionAlgorithm::kCubic;
  const std::vector<Sharing> cases = {
      {"two", kBbr, 2, 50, 20, 0.7},
      {"two, short path", kBbr, 2, 10, 20, 0.7},
      {"two, long path", kBbr, 2, 200, 20, 0.7},
      {"twenty", kBbr, 20, 50, 100, 0.7},
      {"two, cubic", kCubic, 2, 50, 20, 0.7},
  };
  for (const Sharing& row : cases) {
    SCOPED_TRACE(row.name);
    LinkWorld world(1, row.congestion, row.links);
    world.set_path(plain_path(row.rtt_ms, row.mbit));
    const auto rates = rates_of_links(world, 10s, 30s);
    EXPECT_GE(jain(rates), row.least_fairness) << in_words(rates);
    const double sum = std::accumulate(rates.begin(), rates.end(), 0.0);
    EXPECT_GE(sum, 0.85 * row.mbit) << in_words(rates);
    for (const double rate : rates) {
      EXPECT_GE(rate, 0.2 * sum / static_cast<double>(row.links)) << in_words(rates);
    }
  }
}

TEST(SharedPath, LetsEveryLinkFinish) {
  for_each_seed(20, [](uint64_t seed) {
    SeededEntropy chance(seed);
    const size_t links = seed % 2 == 0 ? 2 : 20;
    LinkWorld world(seed, CongestionAlgorithm::kBbr, links);
    netlab::Settings path = plain_path(20 + static_cast<int>(chance.below(100)), 20);
    path.loss = chance.chance(0.5) ? 0.02 : 0;
    world.set_path(path);
    StreamManner manner;
    for (size_t i = 0; i < links; ++i) {
      manner.to_send = chance.below(1'000'000);
      world.open(1, manner, {}, i);
    }
    EXPECT_TRUE(world.run_until([&] { return world.all_ended(); }, 120s));
    world.run(20s);
    for (size_t i = 0; i < links; ++i) {
      expect_every_byte_arrived(world, i);
      expect_silence(world, i);
    }
  });
}

TEST(StreamsOfOneLink, HaveEqualShares) {
  for (const double loss : {0.0, 0.02}) {
    LinkWorld world(1);
    netlab::Settings path = plain_path(50, 20);
    path.loss = loss;
    world.set_path(path);
    for (MsgId id = 1; id <= 50; ++id) world.open(id, kEndless, {});
    world.run(10s);
    std::vector<double> shares;
    for (const auto& [id, progress] : world.b().streams()) {
      shares.push_back(static_cast<double>(progress.read));
    }
    EXPECT_GE(jain(shares), 0.95) << loss;
    EXPECT_GE(std::accumulate(shares.begin(), shares.end(), 0.0), 0.8 * 10 * 20e6 / 8) << loss;
  }
}

TEST(Datagrams, AreHardlyDelayedByABulkStream) {
  LinkWorld world(1);
  world.set_path(plain_path(50, 20));
  world.open(1, kEndless, {});
  world.run(3s);
  const size_t startup = world.echoes().size();
  for (int i = 0; i < 1000; ++i) {
    world.a().send_datagram(100, world.now());
    world.run(30ms);
  }
  std::vector<Duration> echoes(world.echoes().begin() + static_cast<std::ptrdiff_t>(startup),
                               world.echoes().end());
  ASSERT_GE(echoes.size(), 990U);
  std::sort(echoes.begin(), echoes.end());
  EXPECT_LE(echoes[echoes.size() * 99 / 100], 50ms + 15ms);
  EXPECT_GE(world.b().bytes_read(), 0.85 * 33 * 20e6 / 8);
}

// -- slow readers

TEST(SlowReader, PushesBackToTheSenderAndNotIntoMemory) {
  LinkWorld world(1);
  world.set_path(plain_path(20, 100));
  StreamManner reader;
  reader.read_bytes = 1000;
  reader.read_interval = 10ms;
  for (MsgId id = 1; id <= 3; ++id) world.open(id, kEndless, reader);
  constexpr uint64_t kSlack = 3 * 2 * 16 * 1024;
  for (int i = 0; i < 300; ++i) {
    world.run(100ms);
    ASSERT_LE(world.b().link().buffered_bytes(), 3 * Link::kInitialStreamWindow + kSlack);
    ASSERT_LE(world.a().link().buffered_bytes(),
              3 * (Link::kInitialStreamWindow + Link::kMaxUnsentBytes) + kSlack);
  }
  EXPECT_NEAR(static_cast<double>(world.b().bytes_read()), 3 * 30 * 100'000, 100'000);
}

}  // namespace
}  // namespace ngcshare::test
