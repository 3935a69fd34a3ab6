#include "protocol/link/receive_window.h"

#include <gtest/gtest.h>

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

TEST(ReceiveWindow, TellsANewLimitWhenAQuarterHasBeenFreed) {
  ReceiveWindow window(1000, 8000);
  EXPECT_EQ(window.limit(), 1000U);
  EXPECT_EQ(window.on_read(249, kStart, 10ms), std::nullopt);
  EXPECT_EQ(window.on_read(250, kStart, 10ms), 1250U);
  EXPECT_EQ(window.on_read(499, kStart + 1s, 10ms), std::nullopt);
  EXPECT_EQ(window.on_read(500, kStart + 1s, 10ms), 1500U);
}

TEST(ReceiveWindow, GrowsWhileAQuarterIsReadInLessThanARoundTrip) {
  ReceiveWindow window(1000, 3000);
  window.on_read(250, kStart, 100ms);
  EXPECT_EQ(window.size(), 1000U);
  EXPECT_EQ(window.on_read(500, kStart + 99ms, 100ms), 2500U);
  EXPECT_EQ(window.size(), 2000U);
  window.on_read(2000, kStart + 150ms, 100ms);
  EXPECT_EQ(window.size(), 3000U);
  window.on_read(4000, kStart + 160ms, 100ms);
  EXPECT_EQ(window.size(), 3000U);
  EXPECT_EQ(window.limit(), 7000U);
}

TEST(ReceiveWindow, DoesNotGrowForASlowReader) {
  ReceiveWindow window(1000, 8000);
  for (uint64_t i = 1; i <= 20; ++i) {
    EXPECT_EQ(window.on_read(i * 250, kStart + i * 100ms, 100ms), 1000 + i * 250);
  }
  EXPECT_EQ(window.size(), 1000U);
}

TEST(ReceiveWindow, DoesNotGrowForBytesThatNobodyReads) {
  ReceiveWindow window(1000, 8000);
  EXPECT_EQ(window.on_skipped(249), std::nullopt);
  EXPECT_EQ(window.on_skipped(600), 1600U);
  EXPECT_EQ(window.on_skipped(1600), 2600U);
  EXPECT_EQ(window.size(), 1000U);
}

TEST(ReceiveWindow, GrowsWhileAQuarterWaitsBehindAHole) {
  ReceiveWindow window(1000, 4000);
  EXPECT_EQ(window.on_waiting(100, 249), std::nullopt);
  EXPECT_EQ(window.on_waiting(100, 250), 2100U);
  EXPECT_EQ(window.on_waiting(100, 499), std::nullopt);
  EXPECT_EQ(window.on_waiting(100, 500), 4100U);
  EXPECT_EQ(window.on_waiting(100, 4000), std::nullopt);
  EXPECT_EQ(window.size(), 4000U);
}

TEST(ReceiveWindow, GrowsNoFurtherThanTheBudgetAndGivesItBack) {
  MemoryBudget budget(4000);
  {
    ReceiveWindow first(1000, 8000, &budget);
    EXPECT_EQ(first.on_waiting(0, 1000), 2000U);
    EXPECT_EQ(budget.left(), 3000U);
    ReceiveWindow second(1000, 8000, &budget);
    EXPECT_EQ(second.on_waiting(0, 1000), 2000U);
    EXPECT_EQ(second.on_waiting(0, 2000), 4000U);
    EXPECT_EQ(budget.left(), 0U);
    EXPECT_EQ(first.on_waiting(0, 2000), std::nullopt);
    EXPECT_EQ(first.size(), 2000U);
  }
  EXPECT_EQ(budget.left(), 4000U);
}

}  // namespace
}  // namespace ngcshare::link
