#include "protocol/congestion/bbr.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/protocol/congestion/congestion_flow.h"

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::CongestionFlow;

struct BbrFlow : CongestionFlow {
  BbrFlow() : CongestionFlow(CongestionAlgorithm::kBbr) {}
};

TEST(Bbr, BeginsInStartupWithTheInitialWindow) {
  const Bbr bbr;
  EXPECT_STREQ(bbr.state(), "startup");
  EXPECT_EQ(bbr.window(), kInitialWindowBytes);
  EXPECT_EQ(bbr.delivery_rate(), 0);
  EXPECT_GT(bbr.pacing_rate(), 0);
}

// As after a change of the path, when the newest packet was acknowledged before it.
TEST(Bbr, KnowsNoQueueBeforeTheFirstRoundTrip) {
  Bbr bbr;
  for (uint64_t round = 0; round < 3; ++round) {
    CongestionController::Event event;
    event.now = TimePoint(1h) + static_cast<int>(round) * 50ms;
    event.acked_bytes = kFullPacketBytes;
    event.delivered = (round + 1) * kFullPacketBytes;
    event.rate = RateSample{1e6, round * kFullPacketBytes, false};
    bbr.on_event(event);
  }
  EXPECT_STREQ(bbr.state(), "startup");
}

TEST(Bbr, FindsTheRateOfThePathAndKeepsTwiceWhatItHolds) {
  for (const double rate : {1e5, 1.25e6, 12.5e6}) {
    for (const Duration rtt : {10ms, 50ms, 200ms}) {
      BbrFlow flow;
      flow.rate = rate;
      flow.rtt = rtt;
      flow.run(5s);
      EXPECT_NEAR(flow.controller->delivery_rate(), rate, rate * 0.05)
          << rate << " " << rtt.count();
      EXPECT_GE(static_cast<double>(flow.controller->window()), 1.9 * flow.bdp());
    }
  }
}

TEST(Bbr, FillsThePathWithoutAStandingQueue) {
  BbrFlow flow;
  flow.run(3s);
  EXPECT_GE(flow.goodput(10s), 0.98 * flow.rate);
  double most = 0;
  flow.after_ack = [&] { most = std::max(most, flow.queued()); };
  flow.run(2s);
  EXPECT_LE(most, 0.5 * flow.bdp());
}

TEST(Bbr, DrainsAQueueThatAnEstimateTooHighHasMade) {
  BbrFlow flow;
  flow.rtt = 10ms;  // a few extra packets are a large part of this path's BDP
  flow.run(3s);
  double sum = 0;
  int count = 0;
  flow.after_ack = [&] {
    sum += flow.queued();
    ++count;
  };
  EXPECT_GE(flow.goodput(10s), 0.98 * flow.rate);
  EXPECT_LE(sum / count, 0.006 * flow.rate);
}

TEST(Bbr, StartsAtTheInitialRateAfterAFewSmallPackets) {
  BbrFlow flow;
  flow.app_rate = 20'000;
  flow.run(200ms);
  const double initial = kInitialWindowBytes / 0.05;
  EXPECT_LT(flow.controller->delivery_rate(), 0.1 * initial);
  EXPECT_GE(flow.controller->pacing_rate(), initial);
}

TEST(Bbr, KeepsNoMoreThanTwiceWhatThePathHoldsInStartup) {
  BbrFlow flow;
  flow.rate = 12.5e6;
  uint64_t most = 0;
  flow.after_ack = [&] { most = std::max(most, flow.in_flight); };
  flow.run(1s);
  EXPECT_NE(flow.state(), "startup");
  EXPECT_LE(most, 2.1 * flow.bdp());
}

TEST(Bbr, LeavesStartupWhenTheRateGrowsNoMoreAndDrainsItsQueue) {
  BbrFlow flow;
  std::set<std::string> states;
  double most_queued = 0;
  double queued_after_drain = -1;
  flow.after_ack = [&] {
    states.insert(flow.state());
    most_queued = std::max(most_queued, flow.queued());
    if (flow.state() == "probe bandwidth" && queued_after_drain < 0) {
      queued_after_drain = flow.queued();
    }
  };
  flow.run(2s);
  EXPECT_TRUE(states.contains("drain"));
  EXPECT_EQ(flow.state(), "probe bandwidth");
  EXPECT_GE(most_queued, flow.bdp());
  EXPECT_GE(queued_after_drain, 0);
  EXPECT_LE(queued_after_drain, 0.2 * flow.bdp());
}

TEST(Bbr, LeavesStartupWhenAShortQueueOverflows) {
  BbrFlow flow;
  flow.rate = 12.5e6;
  flow.queue_bytes = 0.1 * flow.bdp();
  flow.run(1s);
  EXPECT_NE(flow.state(), "startup");
  const uint64_t lost = flow.lost;
  flow.run(5s);
  EXPECT_LE(flow.lost - lost, 0.05 * 5 * flow.rate / kFullPacketBytes);
}

TEST(Bbr, StaysInStartupWhileThereIsLittleToSend) {
  BbrFlow flow;
  flow.app_rate = 50'000;
  flow.run(5s);
  EXPECT_EQ(flow.state(), "startup");
}

TEST(Bbr, DoesNotTakeTheRateOfAProgramForThatOfThePath) {
  BbrFlow flow;
  flow.run(3s);
  flow.app_rate = 100'000;
  flow.run(20s);
  EXPECT_GE(flow.controller->delivery_rate(), 0.9 * flow.rate);
}

TEST(Bbr, ProbesBandwidthByTurns) {
  BbrFlow flow;
  flow.run(3s);
  std::map<int, int> gains;  // in hundredths
  flow.after_ack = [&] {
    const double gain = flow.controller->pacing_rate() / flow.controller->delivery_rate();
    ++gains[static_cast<int>(gain * 100 + 0.5)];
  };
  flow.run(3s);
  ASSERT_EQ(gains.size(), 3U);
  EXPECT_TRUE(gains.contains(125) && gains.contains(75) && gains.contains(100));
  EXPECT_GE(gains[100], 3 * gains[125]);
}

TEST(Bbr, IsNotSlowedByRandomLoss) {
  for (const double loss : {0.01, 0.05, 0.15}) {
    BbrFlow flow;
    flow.loss = loss;
    flow.run(3s);
    EXPECT_GE(flow.goodput(10s), 0.88 * (1 - loss) * flow.rate) << loss;
  }
}

TEST(Bbr, FollowsAPathThatSlowsDown) {
  BbrFlow flow;
  flow.run(5s);
  flow.rate /= 4;
  flow.run(5s);
  EXPECT_NEAR(flow.controller->delivery_rate(), flow.rate, 0.1 * flow.rate);
}

TEST(Bbr, FollowsAPathThatBecomesFaster) {
  BbrFlow flow;
  flow.run(5s);
  flow.rate *= 4;
  flow.run(6s);
  EXPECT_NEAR(flow.controller->delivery_rate(), flow.rate, 0.1 * flow.rate);
}

TEST(Bbr, LearnsALongerRoundTripByProbingAfterTenSeconds) {
  BbrFlow flow;
  flow.run(5s);
  flow.rtt = 150ms;
  std::set<std::string> states;
  uint64_t least_in_flight = UINT64_MAX;
  flow.after_ack = [&] {
    states.insert(flow.state());
    if (flow.state() == "probe rtt") least_in_flight = std::min(least_in_flight, flow.in_flight);
  };
  flow.run(15s);
  EXPECT_TRUE(states.contains("probe rtt"));
  EXPECT_GE(static_cast<double>(flow.controller->window()), 1.9 * flow.bdp());
  EXPECT_NE(flow.state(), "startup");
  flow.run(5s);
  EXPECT_GE(flow.goodput(5s), 0.95 * flow.rate);
}

TEST(Bbr, ProbesTheRoundTripNoLongerThanTwoOfAShortPath) {
  BbrFlow flow;
  flow.rtt = 10ms;
  flow.run(5s);
  flow.rtt = 12ms;  // so that it has to be measured again
  Duration probing{};
  TimePoint last = flow.now;
  flow.after_ack = [&] {
    if (flow.state() == "probe rtt") probing += flow.now - last;
    last = flow.now;
  };
  flow.run(12s);
  EXPECT_GE(probing, 20ms);
  EXPECT_LE(probing, 60ms) << "with the time in which the window empties";
  EXPECT_GE(static_cast<double>(flow.controller->window()), 1.9 * flow.bdp());
}

TEST(Bbr, LearnsSoonThatThePathHasBecomeMuchLonger) {
  BbrFlow flow;
  flow.rate = 2.5e6;
  flow.rtt = 10ms;
  flow.run(5s);
  flow.rtt = 100ms;
  flow.run(4s);
  EXPECT_GE(static_cast<double>(flow.controller->window()), 1.9 * flow.bdp());
  EXPECT_GE(flow.goodput(2s), 0.9 * flow.rate);
}

TEST(Bbr, NeedsNoProbingWhereTheLeastRoundTripIsSeenAnyway) {
  BbrFlow flow;
  flow.app_rate = 0.5 * flow.rate;
  bool probed = false;
  flow.after_ack = [&] { probed = probed || flow.state() == "probe rtt"; };
  flow.run(60s);
  EXPECT_FALSE(probed);
}

TEST(Bbr, NeverClosesTheWindowBelowFourPackets) {
  BbrFlow flow;
  flow.rate = 2000;
  flow.rtt = 1ms;
  uint64_t least = UINT64_MAX;
  flow.after_ack = [&] { least = std::min(least, flow.controller->window()); };
  flow.run(120s);
  EXPECT_GE(least, kLeastWindowBytes);
  EXPECT_LE(flow.controller->window(), 3 * kLeastWindowBytes);
}

TEST(Bbr, BeginsAgainAfterPersistentCongestion) {
  BbrFlow flow;
  flow.run(5s);
  flow.controller->on_persistent_congestion(flow.now);
  EXPECT_EQ(flow.state(), "startup");
  EXPECT_EQ(flow.controller->window(), kInitialWindowBytes);
  EXPECT_EQ(flow.controller->delivery_rate(), 0);
  flow.run(3s);
  EXPECT_GE(flow.goodput(3s), 0.95 * flow.rate);
}

}  // namespace
}  // namespace ngcshare::link
