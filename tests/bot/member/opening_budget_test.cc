#include "bot/member/opening_budget.h"

#include <gtest/gtest.h>

#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::key_of;

constexpr TimePoint kNow{1000h};

storage::Person gateway(uint8_t number) { return {key_of(1), key_of(number)}; }

TEST(OpeningBudget, LimitsEachGatewayForItself) {
  OpeningBudget budget;
  size_t opened = 0;
  for (; opened < 10'000 && budget.allows(gateway(2), kNow); ++opened) {
    budget.spend(gateway(2), kNow);
  }
  EXPECT_EQ(static_cast<double>(opened), OpeningBudget::kBurst);
  EXPECT_TRUE(budget.allows(gateway(3), kNow));
  EXPECT_TRUE(budget.allows(gateway(2), kNow + 1s));
}

TEST(OpeningBudget, CountsPortsThatWereMovedBeyondWhatThereWas) {
  OpeningBudget budget;
  for (int port = 0; port < OpeningBudget::kBurst + 100; ++port) budget.spend(gateway(2), kNow);
  EXPECT_FALSE(budget.allows(gateway(2), kNow + 25s));
  EXPECT_TRUE(budget.allows(gateway(2), kNow + 26s));
}

TEST(OpeningBudget, ForgetsGatewaysThatOpenNothing) {
  OpeningBudget budget;
  TimePoint now = kNow;
  for (int number = 0; number < 250; ++number) {
    budget.spend(gateway(static_cast<uint8_t>(number)), now);
    now += 1s;
  }
  EXPECT_LT(budget.size(), 100U);
}

}  // namespace
}  // namespace ngcshare
