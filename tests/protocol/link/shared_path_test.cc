// Links and streams that share one path, and slow readers, in virtual time.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "tests/protocol/link/link_checks.h"
#include "tests/protocol/link/link_world.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using link::CongestionAlgorithm;
using link::Link;

double jain(const std::vector<double>& shares) {
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

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

// Returns the rates in Mbit/s of endless streams, one on each link, measured after `settling`.
std::vector<double> rates_of_links(LinkWorld& world, Duration settling, Duration measured) {
  SeededEntropy chance(1);
  for (size_t i = 0; i < world.links(); ++i) {
    world.open(1, kEndless, {}, i);
    world.run(chance.between(0ms, 100ms));
  }
  world.run(settling);
  world.path(0).reset_counters();
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

struct ShortQueue {
  size_t links;
  int rtt_ms;
};

// Each link once took what the others lost: 11 % with four links, 16 % with ten.
TEST(SharedPath, LosesLittleInAShortQueue) {
  for (const auto& [links, rtt_ms] : {ShortQueue{4, 10}, {10, 40}}) {
    SCOPED_TRACE(std::to_string(links) + " links, " + std::to_string(rtt_ms) + " ms");
    LinkWorld world(1, CongestionAlgorithm::kBbr, links);
    netlab::Settings path = plain_path(rtt_ms, 50);
    path.queue_time = 10ms;
    world.set_path(path);
    const auto rates = rates_of_links(world, 10s, 30s);
    const auto& counters = world.path(0).counters();
    EXPECT_LE(static_cast<double>(counters.dropped_queue),
              0.02 * static_cast<double>(counters.packets_in));
    EXPECT_GE(jain(rates), 0.95) << in_words(rates);
    EXPECT_GE(std::accumulate(rates.begin(), rates.end(), 0.0), 0.88 * 50) << in_words(rates);
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
    ASSERT_LE(world.b().link().buffered_bytes(), 3 * Link::kWindows.initial_stream + kSlack);
    ASSERT_LE(world.a().link().buffered_bytes(),
              3 * (Link::kWindows.initial_stream + Link::kMaxUnsentBytes) + kSlack);
  }
  EXPECT_NEAR(static_cast<double>(world.b().bytes_read()), 3 * 30 * 100'000, 100'000);
}

}  // namespace
}  // namespace ngcshare::test
