#include "bot/base/descriptor_budget.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace ngcshare {
namespace {

using Lease = DescriptorBudget::Lease;

storage::Person person(uint8_t number) {
  storage::Person one;
  one.key.fill(number);
  return one;
}

// Takes descriptors one by one as long as it gets any.
std::vector<Lease> take_all(DescriptorBudget& budget, uint8_t who) {
  std::vector<Lease> leases;
  while (Lease lease = budget.take_for(person(who), 1)) leases.push_back(std::move(lease));
  return leases;
}

TEST(DescriptorBudget, GivesNoMoreThanItsLimit) {
  DescriptorBudget budget(3);
  const Lease two = budget.take(2);
  ASSERT_NE(two, nullptr);
  EXPECT_EQ(budget.take(2), nullptr);
  const Lease last = budget.take(1);
  EXPECT_NE(last, nullptr);
  EXPECT_EQ(budget.take(1), nullptr);
  EXPECT_EQ(budget.taken(), 3U);
}

TEST(DescriptorBudget, GetsThemBackWithTheLastCopyOfALease) {
  DescriptorBudget budget(1);
  Lease lease = budget.take(1);
  const std::optional<Lease> copy = lease;
  lease = nullptr;
  EXPECT_EQ(budget.taken(), 1U);
  const_cast<std::optional<Lease>&>(copy).reset();
  EXPECT_EQ(budget.taken(), 0U);
  EXPECT_NE(budget.take(1), nullptr);
}

TEST(DescriptorBudget, LeavesHalfToOthersWhenOneTakesAllThatHeGets) {
  DescriptorBudget budget(100);
  EXPECT_EQ(take_all(budget, 1).size(), 50U);
  const auto first = take_all(budget, 1);
  const auto second = take_all(budget, 2);
  EXPECT_EQ(second.size(), 25U);
  EXPECT_NE(budget.take_for(person(3), 1), nullptr);
}

TEST(DescriptorBudget, CountsWhatOneHoldsUntilItIsGivenBack) {
  DescriptorBudget budget(100);
  auto leases = take_all(budget, 1);
  leases.pop_back();
  EXPECT_NE(budget.take_for(person(1), 1), nullptr);
  EXPECT_EQ(budget.take_for(person(1), 2), nullptr);
}

TEST(DescriptorBudget, SurvivesASmallerLimitAndItsOwnEnd) {
  std::optional<DescriptorBudget> budget(100);
  const auto leases = take_all(*budget, 1);
  budget->set_limit(10);
  EXPECT_EQ(budget->take(1), nullptr);
  budget.reset();
}

TEST(DescriptorBudget, IsUnlimitedUntilItIsTold) {
  DescriptorBudget budget;
  EXPECT_NE(budget.take_for(person(1), 1'000'000), nullptr);
}

}  // namespace
}  // namespace ngcshare
