#include "protocol/base/retry.h"

#include <gtest/gtest.h>

#include <vector>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

// The times, counted from the start, at which a retry that is asked at its deadlines is due.
std::vector<Duration> due_times(Retry& retry) {
  std::vector<Duration> times;
  while (const auto deadline = retry.deadline()) {
    EXPECT_TRUE(retry.due(*deadline));
    times.push_back(*deadline - kStart);
  }
  return times;
}

TEST(Retry, IsIdleUntilStarted) {
  Retry retry;
  EXPECT_FALSE(retry.active());
  EXPECT_EQ(retry.deadline(), std::nullopt);
  EXPECT_FALSE(retry.due(kStart + 1h));
}

TEST(Retry, DoublesItsIntervalFrom250Milliseconds) {
  Retry retry;
  retry.start(kStart, 6);
  const std::vector<Duration> expected = {250ms, 750ms, 1750ms, 3750ms, 7750ms, 15750ms};
  EXPECT_EQ(due_times(retry), expected);
  EXPECT_FALSE(retry.active());
}

TEST(Retry, IsNotDueBeforeItsDeadline) {
  Retry retry;
  retry.start(kStart, 1);
  EXPECT_FALSE(retry.due(kStart));
  EXPECT_FALSE(retry.due(kStart + 250ms - 1us));
  EXPECT_TRUE(retry.due(kStart + 250ms));
}

TEST(Retry, IsDueOnceHoweverLateItIsAsked) {
  Retry retry;
  retry.start(kStart, 3);
  EXPECT_TRUE(retry.due(kStart + 10s));
  EXPECT_FALSE(retry.due(kStart + 10s));
  EXPECT_EQ(retry.deadline(), kStart + 10s + 500ms);
}

TEST(Retry, WithoutRepeatsIsNeverDue) {
  Retry retry;
  retry.start(kStart, 0);
  EXPECT_FALSE(retry.active());
  EXPECT_FALSE(retry.due(kStart + 1h));
}

TEST(Retry, EndsWhenStopped) {
  Retry retry;
  retry.start(kStart, 6);
  retry.stop();
  EXPECT_FALSE(retry.active());
  EXPECT_FALSE(retry.due(kStart + 1h));
}

TEST(Retry, BeginsAnewWhenStartedAgain) {
  Retry retry;
  retry.start(kStart, 6);
  EXPECT_TRUE(retry.due(kStart + 250ms));
  retry.start(kStart + 1s, 1);
  EXPECT_EQ(retry.deadline(), kStart + 1s + 250ms);
  EXPECT_TRUE(retry.due(kStart + 2s));
  EXPECT_FALSE(retry.active());
}

}  // namespace
}  // namespace ngcshare
