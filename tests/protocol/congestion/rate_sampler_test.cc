#include "protocol/congestion/rate_sampler.h"

#include <gtest/gtest.h>

#include <vector>

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

// Sends and acknowledges packets of 1000 bytes by number.
struct Sender {
  RateSampler sampler;
  struct Sent {
    RateSampler::Snapshot snapshot;
    TimePoint at;
  };
  std::vector<Sent> sent;
  size_t in_flight = 0;

  void send(TimePoint at) {
    sent.push_back({sampler.on_sent(at, in_flight == 0), at});
    ++in_flight;
  }
  void ack(size_t number, TimePoint at) {
    sampler.on_acked(sent[number].snapshot, sent[number].at, 1000, at);
    --in_flight;
  }
};

TEST(RateSampler, HasNoSampleBeforeAnythingWasAcknowledged) {
  Sender sender;
  EXPECT_FALSE(sender.sampler.take_sample(1ms));
  sender.send(kStart);
  EXPECT_FALSE(sender.sampler.take_sample(1ms));
}

TEST(RateSampler, MeasuresBytesOverTheTimeOfARoundTrip) {
  Sender sender;
  for (int i = 0; i < 10; ++i) sender.send(kStart + i * 10ms);
  sender.ack(0, kStart + 100ms);
  auto sample = sender.sampler.take_sample(100ms);
  ASSERT_TRUE(sample);
  EXPECT_DOUBLE_EQ(sample->bytes_per_second, 10'000);  // one packet in 100 ms
  EXPECT_EQ(sample->prior_delivered, 0U);
  for (size_t i = 1; i < 10; ++i) {
    sender.ack(i, kStart + 100ms + static_cast<int>(i) * 10ms);
    sample = sender.sampler.take_sample(100ms);
  }
  // The rate of ten packets from the moment when the first was sent.
  ASSERT_TRUE(sample);
  EXPECT_DOUBLE_EQ(sample->bytes_per_second, 10'000 / 0.19);
}

TEST(RateSampler, FindsTheRateOfASteadyFlow) {
  Sender sender;
  size_t acked = 0;
  std::optional<RateSample> sample;
  for (int ms = 0; ms < 1000; ++ms) {
    if (ms >= 50) {
      sender.ack(acked++, kStart + ms * 1ms);
      sample = sender.sampler.take_sample(50ms);
    }
    sender.send(kStart + ms * 1ms);
  }
  ASSERT_TRUE(sample);
  EXPECT_NEAR(sample->bytes_per_second, 1e6, 1e4);
}

TEST(RateSampler, ACompressedBurstOfAcknowledgementsGivesNoHigherRateThanThatOfSending) {
  Sender sender;
  sender.send(kStart);
  sender.ack(0, kStart + 100ms);
  ASSERT_TRUE(sender.sampler.take_sample(100ms));
  for (int i = 1; i <= 20; ++i) sender.send(kStart + 100ms + i * 10ms);
  std::optional<RateSample> sample;
  for (size_t i = 1; i <= 20; ++i) {
    sender.ack(i, kStart + 400ms);
    sample = sender.sampler.take_sample(100ms);
    EXPECT_LE(sample ? sample->bytes_per_second : 0, 101'000) << i;
  }
  EXPECT_TRUE(sample);
}

TEST(RateSampler, TakesNoSampleOverLessThanTheLeastRtt) {
  Sender sender;
  sender.send(kStart);
  sender.ack(0, kStart + 40ms);
  EXPECT_FALSE(sender.sampler.take_sample(50ms));
  EXPECT_EQ(sender.sampler.delivered(), 1000U);
}

TEST(RateSampler, CallsASampleAppLimitedWhoseSenderHadNothingMore) {
  Sender sender;
  sender.send(kStart);
  sender.sampler.on_app_limited(1000);
  EXPECT_TRUE(sender.sampler.app_limited());
  sender.send(kStart + 10ms);
  sender.ack(0, kStart + 100ms);
  auto sample = sender.sampler.take_sample(50ms);
  ASSERT_TRUE(sample);
  EXPECT_FALSE(sample->app_limited);  // it was sent before
  sender.ack(1, kStart + 110ms);
  sample = sender.sampler.take_sample(50ms);
  ASSERT_TRUE(sample);
  EXPECT_TRUE(sample->app_limited);
}

TEST(RateSampler, IsNoLongerAppLimitedWhenWhatWasOnItsWayThenHasArrived) {
  Sender sender;
  sender.send(kStart);
  sender.sampler.on_app_limited(1000);
  sender.send(kStart + 10ms);
  sender.ack(0, kStart + 100ms);
  sender.sampler.take_sample(50ms);
  EXPECT_TRUE(sender.sampler.app_limited());
  sender.ack(1, kStart + 110ms);
  sender.sampler.take_sample(50ms);
  EXPECT_FALSE(sender.sampler.app_limited());
  sender.send(kStart + 120ms);
  sender.ack(2, kStart + 220ms);
  const auto sample = sender.sampler.take_sample(50ms);
  ASSERT_TRUE(sample);
  EXPECT_FALSE(sample->app_limited);
}

TEST(RateSampler, DoesNotCountIdleTime) {
  Sender sender;
  sender.send(kStart);
  sender.ack(0, kStart + 100ms);
  sender.sampler.take_sample(50ms);
  const TimePoint later = kStart + 1h;
  sender.send(later);
  sender.ack(1, later + 100ms);
  const auto sample = sender.sampler.take_sample(50ms);
  ASSERT_TRUE(sample);
  EXPECT_DOUBLE_EQ(sample->bytes_per_second, 10'000);
}

}  // namespace
}  // namespace ngcshare::link
