#include "bot/tunnel/byte_budget.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

ByteBudget limited(uint64_t rate) {
  ByteBudget budget;
  budget.set_rate(rate, kStart);
  return budget;
}

// Takes up to `chunk` bytes whenever a turn is due, for `time`. Returns the bytes that passed.
uint64_t drain(ByteBudget& budget, size_t chunk, TimePoint begin, Duration time) {
  uint64_t passed = 0;
  TimePoint now = begin;
  while (now <= begin + time) {
    if (budget.ready(now)) {
      const size_t bytes = std::min(budget.available(now), chunk);
      budget.spend(bytes, now);
      passed += bytes;
    }
    now = std::max(now, budget.next_available(now));
  }
  return passed;
}

struct RateCase {
  const char* name;
  uint64_t rate;
  size_t chunk;
};

TEST(ByteBudget, KeepsItsRateWithinAHundredth) {
  const RateCase cases[] = {{"slow, single bytes", 300'000, 1},
                            {"slow, packets", 300'000, 1356},
                            {"slow, turns", 300'000, 16 * 1024},
                            {"slow, whole bursts", 300'000, 1024 * 1024},
                            {"odd", 777'777, 1009},
                            {"fast, packets", 20'000'000, 1356},
                            {"fast, turns", 20'000'000, 16 * 1024},
                            {"very fast, turns", 1'000'000'000, 16 * 1024},
                            {"very fast, reads", 1'000'000'000, 128 * 1024}};
  for (const RateCase& row : cases) {
    ByteBudget budget = limited(row.rate);
    const double passed = static_cast<double>(drain(budget, row.chunk, kStart, 10s));
    const double expected = static_cast<double>(row.rate) * 10;
    EXPECT_GE(passed, expected * 0.99) << row.name;
    EXPECT_LE(passed, expected * 1.01) << row.name;
  }
}

TEST(ByteBudget, KeepsASlowRateToAGrain) {
  for (const uint64_t rate : {uint64_t{1024}, uint64_t{10'000}, uint64_t{50'000}}) {
    ByteBudget budget = limited(rate);
    const uint64_t passed = drain(budget, 16 * 1024, kStart, 10s);
    EXPECT_LE(passed, 10 * rate + ByteBudget::kLeastGrain) << rate;
    EXPECT_GE(passed + ByteBudget::kLeastGrain, 10 * rate) << rate;
  }
}

TEST(ByteBudget, IsUnlimitedUntilItHasARate) {
  ByteBudget budget;
  EXPECT_FALSE(budget.limited());
  budget.spend(1'000'000'000, kStart);
  EXPECT_EQ(budget.available(kStart), ByteBudget::kUnlimited);
  EXPECT_TRUE(budget.ready(kStart));
  EXPECT_TRUE(budget.admits(65507, kStart));
  EXPECT_EQ(budget.next_available(kStart), kStart);
}

TEST(ByteBudget, IsUnlimitedAgainWhenItsRateIsTaken) {
  ByteBudget budget = limited(1024);
  budget.spend(50'000, kStart);
  EXPECT_FALSE(budget.ready(kStart));
  budget.set_rate(std::nullopt, kStart);
  EXPECT_FALSE(budget.limited());
  EXPECT_TRUE(budget.ready(kStart));
}

TEST(ByteBudget, BeginsWithAGrainAndSavesUpABurst) {
  ByteBudget slow = limited(10'000);
  EXPECT_EQ(slow.available(kStart), ByteBudget::kLeastGrain);
  EXPECT_EQ(slow.available(kStart + 1h), ByteBudget::kLeastBurst);
  ByteBudget fast = limited(10'000'000);
  EXPECT_EQ(fast.available(kStart), 50'000U);
  EXPECT_EQ(fast.available(kStart + 1h), 1'000'000U);
}

TEST(ByteBudget, ObeysAHigherRateAtOnce) {
  ByteBudget budget = limited(1024);
  budget.spend(16 * 1024, kStart);
  EXPECT_GT(budget.next_available(kStart), kStart + 10s);
  budget.set_rate(1'000'000, kStart);
  EXPECT_LT(budget.next_available(kStart), kStart + 25ms);
  EXPECT_NEAR(static_cast<double>(drain(budget, 16 * 1024, kStart, 10s)), 1e7, 1e5);
}

TEST(ByteBudget, ObeysALowerRateAtOnce) {
  ByteBudget budget = limited(100'000'000);
  EXPECT_EQ(budget.available(kStart + 1s), 10'000'000U);
  budget.set_rate(1'000'000, kStart + 1s);
  EXPECT_EQ(budget.available(kStart + 1s), 100'000U) << "the burst of the new rate";
}

TEST(ByteBudget, TheSameRateSetAgainAndAgainGivesNothing) {
  ByteBudget budget = limited(1024);
  budget.spend(ByteBudget::kLeastGrain, kStart);
  for (int i = 0; i < 100; ++i) budget.set_rate(1024, kStart);
  EXPECT_EQ(budget.available(kStart), 0U);
}

TEST(ByteBudget, RaisesARateThatIsTooLow) {
  ByteBudget budget = limited(0);
  budget.spend(ByteBudget::kLeastGrain, kStart);
  EXPECT_EQ(budget.next_available(kStart), kStart + 2s);
}

TEST(ByteBudget, PaysADebtBeforeAnythingPasses) {
  ByteBudget budget = limited(100'000);
  EXPECT_TRUE(budget.admits(65507, kStart));
  budget.spend(65507, kStart);
  EXPECT_EQ(budget.available(kStart), 0U);
  EXPECT_FALSE(budget.admits(1, kStart + 600ms));
  EXPECT_TRUE(budget.admits(1, kStart + 700ms));
}

TEST(ByteBudget, AdmitsASmallDatagramWhereALargeOneFindsTooLittle) {
  ByteBudget budget = limited(10'000);
  budget.spend(ByteBudget::kLeastGrain - 100, kStart);
  EXPECT_TRUE(budget.admits(100, kStart));
  EXPECT_FALSE(budget.admits(101, kStart));
}

TEST(ByteBudget, IsReadyWhenItSaidItWouldBe) {
  for (const uint64_t rate :
       {1024ULL, 33'333ULL, 1'000'003ULL, 123'456'789ULL, 40'000'000'000ULL}) {
    ByteBudget budget = limited(rate);
    TimePoint now = kStart;
    for (int i = 0; i < 1000; ++i) {
      budget.spend(1 + static_cast<size_t>(i) * 7919 % 60000, now);
      now = budget.next_available(now);
      ASSERT_TRUE(budget.ready(now)) << rate << ", step " << i;
    }
  }
}

TEST(ByteBudget, GainsNothingFromAClockThatGoesBackwards) {
  ByteBudget budget = limited(10'000);
  budget.spend(ByteBudget::kLeastGrain, kStart);
  EXPECT_EQ(budget.available(kStart - 10s), 0U);
  EXPECT_GT(budget.next_available(kStart - 10s), kStart);
  for (int i = 0; i < 100; ++i) budget.available(kStart - Duration(i));
  EXPECT_EQ(budget.available(kStart), 0U);
}

TEST(ByteBudget, OverflowsNowhere) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  ByteBudget huge = limited(kMost);
  EXPECT_GT(huge.available(kStart), 1ULL << 55);
  EXPECT_GT(huge.available(kStart + 1h), 1ULL << 59);
  EXPECT_TRUE(huge.ready(kStart + 1h));
  huge.spend(std::numeric_limits<size_t>::max(), kStart + 1h);
  EXPECT_EQ(huge.available(kStart + 1h), 0U);
  EXPECT_LT(huge.next_available(kStart + 1h), kStart + 1h + 3s);

  ByteBudget slow = limited(1024);
  slow.spend(std::numeric_limits<size_t>::max(), kStart);
  EXPECT_EQ(slow.next_available(kStart), kStart + 1h) << "not for ever: the rate may change";
}

}  // namespace
}  // namespace ngcshare
