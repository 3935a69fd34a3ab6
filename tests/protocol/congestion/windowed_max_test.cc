#include "protocol/congestion/windowed_max.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace ngcshare::link {
namespace {

TEST(WindowedMax, IsZeroBeforeTheFirstValue) { EXPECT_EQ(WindowedMax(10).get(), 0); }

TEST(WindowedMax, TakesALargerValueAtOnce) {
  WindowedMax max(10);
  max.update(5, 1);
  max.update(7, 1);
  EXPECT_EQ(max.get(), 7);
  max.update(9, 3);
  EXPECT_EQ(max.get(), 9);
}

TEST(WindowedMax, KeepsTheLargestForTheWindow) {
  WindowedMax max(10);
  max.update(9, 1);
  for (uint64_t round = 2; round <= 11; ++round) {
    max.update(5, round);
    EXPECT_EQ(max.get(), 9) << round;
  }
  max.update(5, 12);
  EXPECT_EQ(max.get(), 5);
}

TEST(WindowedMax, FallsBackToTheNextBestThatIsYoungEnough) {
  WindowedMax max(10);
  max.update(9, 1);
  max.update(7, 5);
  max.update(6, 11);
  max.update(1, 12);
  EXPECT_EQ(max.get(), 7);
  max.update(1, 16);
  EXPECT_EQ(max.get(), 6);
}

TEST(WindowedMax, ForgetsAllAfterAGap) {
  WindowedMax max(10);
  max.update(9, 1);
  max.update(2, 100);
  EXPECT_EQ(max.get(), 2);
}

TEST(WindowedMax, StartsAnewWhenReset) {
  WindowedMax max(10);
  max.update(9, 1);
  max.reset(3, 2);
  EXPECT_EQ(max.get(), 3);
}

// With three candidates the result need not be the maximum, but it is one of the window's values,
// never below the latest, and the maximum while that is young.
TEST(WindowedMax, GivesAValueOfTheWindowThatIsNotBelowTheLatest) {
  constexpr uint64_t kWindow = 10;
  std::mt19937 random(1);
  for (int run = 0; run < 200; ++run) {
    WindowedMax max(kWindow);
    std::vector<std::pair<uint64_t, double>> values;
    uint64_t round = 0;
    for (int i = 0; i < 300; ++i) {
      round += random() % 3 == 0 ? 1 : 0;
      const auto value = static_cast<double>(random() % 1000);
      values.emplace_back(round, value);
      max.update(value, round);
      double largest = 0;
      bool found = false;
      for (const auto& [at, old] : values) {
        if (at + kWindow < round) continue;
        largest = std::max(largest, old);
        found = found || old == max.get();
      }
      ASSERT_TRUE(found) << "run " << run << " value " << i;
      ASSERT_GE(max.get(), value) << "run " << run << " value " << i;
      ASSERT_LE(max.get(), largest) << "run " << run << " value " << i;
    }
  }
}

}  // namespace
}  // namespace ngcshare::link
