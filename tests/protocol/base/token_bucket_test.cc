#include "protocol/base/token_bucket.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

// Returns the number of tokens that can be taken at `now`.
int take_all(TokenBucket& bucket, TimePoint now) {
  int taken = 0;
  while (bucket.take(now)) ++taken;
  return taken;
}

TEST(TokenBucket, GivesItsBurstAtOnceAndNoMore) {
  TokenBucket bucket(10, 20);
  EXPECT_EQ(take_all(bucket, kStart), 20);
  EXPECT_FALSE(bucket.take(kStart));
}

TEST(TokenBucket, RefillsAtItsRate) {
  TokenBucket bucket(10, 20);
  take_all(bucket, kStart);
  EXPECT_FALSE(bucket.take(kStart + 99ms));
  EXPECT_TRUE(bucket.take(kStart + 101ms));
  EXPECT_EQ(take_all(bucket, kStart + 1101ms), 10);
}

TEST(TokenBucket, NeverHoldsMoreThanItsBurst) {
  TokenBucket bucket(10, 20);
  take_all(bucket, kStart);
  EXPECT_EQ(take_all(bucket, kStart + 1h), 20);
}

TEST(TokenBucket, GainsNothingFromTimeThatGoesBackwards) {
  TokenBucket bucket(10, 20);
  take_all(bucket, kStart);
  EXPECT_FALSE(bucket.take(kStart - 10s));
  EXPECT_FALSE(bucket.take(kStart));
}

TEST(TokenBucket, KeepsFractionsOfATokenBetweenManySmallSteps) {
  TokenBucket bucket(10, 20);
  take_all(bucket, kStart);
  int taken = 0;
  for (TimePoint now = kStart; now <= kStart + 10s; now += 1ms) taken += bucket.take(now) ? 1 : 0;
  EXPECT_GE(taken, 99);
  EXPECT_LE(taken, 100);
}

}  // namespace
}  // namespace ngcshare
