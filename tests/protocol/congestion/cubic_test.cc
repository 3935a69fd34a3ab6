#include "protocol/congestion/cubic.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/protocol/congestion/congestion_flow.h"

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::CongestionFlow;

constexpr TimePoint kStart{1h};
constexpr double kPacket = kFullPacketBytes;

class CubicTest : public testing::Test {
 protected:
  void acked(Duration when, uint64_t packets, bool app_limited = false) {
    CongestionController::Event event;
    event.now = kStart + when;
    event.acked_bytes = packets * kFullPacketBytes;
    event.rtt = event.smoothed_rtt = 100ms;
    event.app_limited = app_limited;
    cubic_.on_event(event);
  }
  void lost(Duration when, Duration sent) {
    CongestionController::Event event;
    event.now = kStart + when;
    event.lost_bytes = kFullPacketBytes;
    event.newest_lost_sent_at = kStart + sent;
    event.smoothed_rtt = 100ms;
    cubic_.on_event(event);
  }
  double packets() const { return static_cast<double>(cubic_.window()) / kPacket; }

  Cubic cubic_;
};

TEST_F(CubicTest, DoublesInSlowStart) {
  EXPECT_STREQ(cubic_.state(), "slow start");
  EXPECT_NEAR(packets(), 32, 0.01);
  acked(100ms, 32);
  EXPECT_NEAR(packets(), 64, 0.01);
  acked(200ms, 64);
  EXPECT_NEAR(packets(), 128, 0.01);
}

TEST_F(CubicTest, DoesNotGrowWhileThereIsNothingToSend) {
  acked(100ms, 32, true);
  EXPECT_NEAR(packets(), 32, 0.01);
}

TEST_F(CubicTest, ALossTakesThreeTenthsAndEndsSlowStart) {
  acked(100ms, 68);
  lost(200ms, 100ms);
  EXPECT_NEAR(packets(), 70, 0.01);
  EXPECT_STREQ(cubic_.state(), "avoidance");
}

TEST_F(CubicTest, ManyLossesOfOneRoundTripCountOnce) {
  acked(100ms, 68);
  lost(200ms, 100ms);
  lost(210ms, 150ms);
  lost(220ms, 200ms);  // sent when the window was reduced
  EXPECT_NEAR(packets(), 70, 0.01);
  lost(310ms, 201ms);
  EXPECT_NEAR(packets(), 49, 0.01);
}

TEST_F(CubicTest, KeepsALeastWindow) {
  for (int i = 1; i <= 50; ++i) lost(i * 100ms, i * 100ms - 1ms);
  EXPECT_EQ(cubic_.window(), kLeastWindowBytes);
}

// RFC 9438 §4.2: after a loss at W_max the window returns to it within K = cbrt(0.3 W_max / C), and
// grows slowly around that time.
TEST_F(CubicTest, GrowsBackAsACubicFunctionOfTime) {
  acked(100ms, 468);  // to 500 packets
  lost(200ms, 100ms);
  EXPECT_NEAR(packets(), 350, 0.1);
  const double k = std::cbrt(0.3 * 500 / 0.4);
  double before_plateau = 0;
  for (int i = 1; i * 0.1 < k + 3; ++i) {
    acked(200ms + i * 100ms, static_cast<uint64_t>(packets()));
    const double since = i * 0.1 + 0.1;
    if (since < k - 1.5) before_plateau = packets();
    if (std::abs(since - k) < 0.06) {
      EXPECT_NEAR(packets(), 500, 10);
    }
  }
  EXPECT_GT(before_plateau, 470);
  EXPECT_LT(before_plateau, 500);
  EXPECT_NEAR(packets(), 500 + 0.4 * 27, 12);
}

TEST_F(CubicTest, GrowsAtLeastLikeReno) {
  lost(100ms, 0ms);
  const double before = packets();
  for (int i = 1; i <= 20; ++i) acked(100ms + i * 100ms, static_cast<uint64_t>(packets()));
  EXPECT_GE(packets() - before, 20 * 3 * 0.3 / 1.7 * 0.8);
}

TEST_F(CubicTest, GivesUpMoreWhenAnotherFlowTakesItsShare) {
  acked(100ms, 468);
  lost(200ms, 100ms);
  lost(400ms, 350ms);  // below the last maximum: the plateau is 0.85 of 350
  for (int i = 1; i <= 50; ++i) acked(400ms + i * 100ms, static_cast<uint64_t>(packets()));
  EXPECT_NEAR(packets(), 297.5, 3);
}

TEST_F(CubicTest, BeginsFromTheLeastWindowAfterPersistentCongestion) {
  acked(100ms, 68);
  cubic_.on_persistent_congestion(kStart + 200ms);
  EXPECT_EQ(cubic_.window(), kLeastWindowBytes);
  EXPECT_STREQ(cubic_.state(), "slow start");
  acked(300ms, 4);
  EXPECT_NEAR(packets(), 8, 0.01);
}

TEST_F(CubicTest, PacesALittleAboveAWindowPerRoundTrip) {
  acked(100ms, 32);
  const auto window = static_cast<double>(cubic_.window());
  EXPECT_DOUBLE_EQ(cubic_.pacing_rate(), 2 * window / 0.1);
  lost(200ms, 100ms);
  EXPECT_NEAR(cubic_.pacing_rate(), 1.25 * 0.7 * window / 0.1, 1);
}

TEST(Cubic, FillsAPathWithAQueue) {
  CongestionFlow flow(CongestionAlgorithm::kCubic);
  flow.queue_bytes = flow.bdp();
  flow.run(5s);
  EXPECT_GE(flow.goodput(20s), 0.95 * flow.rate);
  EXPECT_GT(flow.lost, 0U);
}

}  // namespace
}  // namespace ngcshare::link
