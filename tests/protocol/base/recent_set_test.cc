#include "protocol/base/recent_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

namespace ngcshare {
namespace {

TEST(RecentSet, ContainsWhatWasInserted) {
  RecentSet set(3);
  EXPECT_FALSE(set.contains(0));
  set.insert(0);
  set.insert(7);
  EXPECT_TRUE(set.contains(0));
  EXPECT_TRUE(set.contains(7));
  EXPECT_FALSE(set.contains(8));
}

TEST(RecentSet, ForgetsTheOldestFirst) {
  RecentSet set(3);
  for (uint32_t value = 1; value <= 4; ++value) set.insert(value);
  EXPECT_FALSE(set.contains(1));
  EXPECT_TRUE(set.contains(2));
  EXPECT_TRUE(set.contains(3));
  EXPECT_TRUE(set.contains(4));
}

TEST(RecentSet, DoesNotGrowWhenAValueComesAgain) {
  RecentSet set(2);
  set.insert(1);
  set.insert(2);
  for (int i = 0; i < 10; ++i) set.insert(2);
  EXPECT_TRUE(set.contains(1));
}

TEST(RecentSet, ForgetsWhatIsErased) {
  RecentSet set(2);
  set.insert(1);
  set.insert(2);
  set.erase(1);
  set.erase(7);
  EXPECT_FALSE(set.contains(1));
  set.insert(3);
  EXPECT_TRUE(set.contains(2));
}

TEST(RecentSet, AgreesWithAListThatIsSearched) {
  constexpr uint32_t kSeed = 20260101;
  constexpr size_t kCapacity = 16;
  std::mt19937 random(kSeed);
  RecentSet set(kCapacity);
  std::deque<uint32_t> model;
  for (int step = 0; step < 5000; ++step) {
    const auto value = static_cast<uint32_t>(random() % 40);
    if (step % 7 == 0) {
      set.erase(value);
      std::erase(model, value);
      continue;
    }
    set.insert(value);
    if (std::find(model.begin(), model.end(), value) == model.end()) model.push_back(value);
    if (model.size() > kCapacity) model.pop_front();
    for (uint32_t probe = 0; probe < 40; ++probe) {
      const bool expected = std::find(model.begin(), model.end(), probe) != model.end();
      ASSERT_EQ(set.contains(probe), expected) << "seed " << kSeed << " step " << step;
    }
  }
}

}  // namespace
}  // namespace ngcshare
