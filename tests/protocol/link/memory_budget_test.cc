#include "protocol/link/memory_budget.h"

#include <gtest/gtest.h>

#include <memory>

namespace ngcshare::link {
namespace {

constexpr uint64_t kMiB = 1024 * 1024;

TEST(MemoryBudget, LeavesAccountsThatOutliveItTheirOwnLimit) {
  auto budget = std::make_unique<MemoryBudget>(1 * kMiB);
  MemoryAccount account(budget.get());
  account.add(3 * kMiB);
  EXPECT_FALSE(account.may_hold(1));
  budget.reset();
  EXPECT_TRUE(account.may_hold(1));
  account.remove(3 * kMiB);
  EXPECT_EQ(account.held(), 0U);
}

TEST(Progress, IsMadeByTakingASixtyFourthWithinThePatience) {
  const TimePoint start{std::chrono::hours(1)};
  Progress progress;
  progress.begin(start);
  EXPECT_FALSE(progress.is_stuck(start + Progress::kPatience - Duration(1)));
  progress.note(99, 6400, start + std::chrono::seconds(3));
  EXPECT_TRUE(progress.is_stuck(start + Progress::kPatience));
  progress.note(1, 6400, start + std::chrono::seconds(6));
  EXPECT_FALSE(progress.is_stuck(start + std::chrono::seconds(10)));
  EXPECT_TRUE(progress.is_stuck(start + std::chrono::seconds(11)));
}

TEST(MemoryAccount, AlwaysHasItsOwnAndNeverMoreThanTheMost) {
  MemoryBudget budget(0);
  const MemoryAccount poor(&budget);
  EXPECT_TRUE(poor.may_hold(MemoryAccount::kOwnBytes));
  EXPECT_FALSE(poor.may_hold(MemoryAccount::kOwnBytes + 1));
  const MemoryAccount alone(nullptr);
  EXPECT_TRUE(alone.may_hold(MemoryAccount::kMostBytes));
  EXPECT_FALSE(alone.may_hold(MemoryAccount::kMostBytes + 1));
}

TEST(MemoryAccount, GetsItsFairShareThoughOthersHoldEverything) {
  MemoryBudget budget(60 * kMiB);
  MemoryAccount first(&budget);
  MemoryAccount second(&budget);
  first.add(30 * kMiB);
  second.add(30 * kMiB);
  const MemoryAccount late(&budget);
  EXPECT_TRUE(late.may_hold(20 * kMiB));
  EXPECT_FALSE(late.may_hold(20 * kMiB + 1));
  EXPECT_FALSE(first.may_hold(1));
}

TEST(MemoryAccount, GivesBackAllAtItsEnd) {
  MemoryBudget budget(60 * kMiB);
  MemoryAccount stays(&budget);
  {
    MemoryAccount ends(&budget);
    ends.add(50 * kMiB);
    EXPECT_EQ(budget.left(), 10 * kMiB);
  }
  EXPECT_EQ(budget.left(), 60 * kMiB);
  EXPECT_TRUE(stays.may_hold(60 * kMiB));
}

TEST(MemoryAccount, OfTheLargestLinkIsPressedWhenTheBudgetIsExceeded) {
  MemoryBudget budget(60 * kMiB);
  int calls = 0;
  MemoryAccount large(&budget, [&] { ++calls; });
  MemoryAccount small(&budget, [] { ADD_FAILURE(); });
  large.add(50 * kMiB);
  small.add(10 * kMiB);
  EXPECT_FALSE(large.pressed());
  small.add(1);
  EXPECT_TRUE(large.pressed());
  EXPECT_FALSE(small.pressed());
  small.add(1);
  EXPECT_EQ(calls, 1);
  large.remove(kMiB);
  large.relieve();
  EXPECT_FALSE(large.pressed());
}

TEST(MemoryAccount, MayTakeNothingMoreWhenTheBudgetIsFarExceeded) {
  MemoryBudget budget(40 * kMiB);
  MemoryAccount large(&budget);
  MemoryAccount small(&budget);
  small.add(MemoryAccount::kOwnBytes);
  large.add(48 * kMiB);
  EXPECT_TRUE(large.may_take());
  large.add(kMiB);
  EXPECT_FALSE(large.may_take());
  EXPECT_TRUE(small.may_take());
}

}  // namespace
}  // namespace ngcshare::link
