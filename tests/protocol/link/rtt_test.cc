#include "protocol/link/rtt.h"

#include <gtest/gtest.h>

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

TEST(RttEstimator, AssumesAnInitialValueBeforeTheFirstSample) {
  const RttEstimator rtt;
  EXPECT_FALSE(rtt.has_sample());
  EXPECT_EQ(rtt.smoothed(), RttEstimator::kInitial);
  EXPECT_EQ(rtt.probe_timeout(0ms), 3 * RttEstimator::kInitial);
}

TEST(RttEstimator, TakesTheFirstSampleAsItIs) {
  RttEstimator rtt;
  rtt.on_sample(100ms, 40ms);
  EXPECT_EQ(rtt.smoothed(), 100ms);
  EXPECT_EQ(rtt.min(), 100ms);
  EXPECT_EQ(rtt.latest(), 100ms);
  EXPECT_EQ(rtt.variation(), 50ms);
  EXPECT_EQ(rtt.probe_timeout(5ms), 100ms + 200ms + 5ms);
}

TEST(RttEstimator, SmoothsLaterSamplesByAnEighth) {
  RttEstimator rtt;
  rtt.on_sample(80ms, 0ms);
  rtt.on_sample(160ms, 0ms);
  EXPECT_EQ(rtt.smoothed(), 90ms);
  EXPECT_EQ(rtt.variation(), (3 * 40ms + 80ms) / 4);
  EXPECT_EQ(rtt.latest(), 160ms);
}

TEST(RttEstimator, TakesOffTheDelayThatThePeerTells) {
  RttEstimator rtt;
  rtt.on_sample(80ms, 0ms);
  rtt.on_sample(100ms, 20ms);
  EXPECT_EQ(rtt.smoothed(), 80ms);
  EXPECT_EQ(rtt.latest(), 100ms);
}

TEST(RttEstimator, DoesNotBelieveADelayThatLeavesLessThanTheLeastRtt) {
  RttEstimator rtt;
  rtt.on_sample(80ms, 0ms);
  rtt.on_sample(88ms, 9ms);
  EXPECT_EQ(rtt.smoothed(), 81ms);
}

TEST(RttEstimator, KeepsTheLeastWithoutAnyDelayTakenOff) {
  RttEstimator rtt;
  rtt.on_sample(80ms, 0ms);
  rtt.on_sample(60ms, 30ms);
  EXPECT_EQ(rtt.min(), 60ms);
  rtt.on_sample(70ms, 0ms);
  EXPECT_EQ(rtt.min(), 60ms);
}

TEST(RttEstimator, NeverWaitsLessThanTheGranularity) {
  RttEstimator rtt;
  for (int i = 0; i < 100; ++i) rtt.on_sample(50ms, 0ms);
  EXPECT_EQ(rtt.variation(), 0ms);
  EXPECT_EQ(rtt.probe_timeout(0ms), 50ms + RttEstimator::kGranularity);
}

TEST(RttEstimator, CountsASampleOfNothingAsAMicrosecond) {
  RttEstimator rtt;
  rtt.on_sample(-3ms, 0ms);
  EXPECT_EQ(rtt.min(), 1us);
}

TEST(RttEstimator, LearnsANewPathAnew) {
  RttEstimator rtt;
  rtt.on_sample(10ms, 0ms);
  rtt.restart();
  EXPECT_EQ(rtt.smoothed(), RttEstimator::kInitial);
  rtt.on_sample(200ms, 0ms);
  EXPECT_EQ(rtt.min(), 200ms);
  EXPECT_EQ(rtt.smoothed(), 200ms);
}

}  // namespace
}  // namespace ngcshare::link
