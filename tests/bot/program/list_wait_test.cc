#include "bot/program/list_wait.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kJoined{100s};

TEST(ListWait, EndsWhenNoOfferHasComeForAWhile) {
  ListWait wait(kJoined, ListWait::kMost);
  EXPECT_EQ(wait.next(kJoined, 0), kJoined + ListWait::kSettles);
  EXPECT_EQ(wait.next(kJoined + 3s, 2), kJoined + 6s);
  EXPECT_EQ(wait.next(kJoined + 6s, 2), std::nullopt);
}

TEST(ListWait, EndsWhileSomebodyOffersWithoutEnd) {
  ListWait wait(kJoined, ListWait::kMost);
  TimePoint now = kJoined;
  size_t offers = 0;
  while (const auto next = wait.next(now, ++offers)) {
    ASSERT_LE(*next, kJoined + ListWait::kMost);
    ASSERT_GT(*next, now);
    now = *next;
  }
  EXPECT_EQ(now, kJoined + ListWait::kMost);
}

TEST(ListWait, IsNoLongerThanTheUserHasSaid) {
  ListWait wait(kJoined, 2s);
  EXPECT_EQ(wait.next(kJoined, 1), kJoined + 2s);
  EXPECT_EQ(wait.next(kJoined + 2s, 2), std::nullopt);
}

}  // namespace
}  // namespace ngcshare
