#include "protocol/session/kill_repeater.h"

#include <gtest/gtest.h>

#include <vector>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};
constexpr Kill kKill{100, KillReason::kClosed};

TEST(KillRepeater, HasNothingToDoAtFirst) {
  KillRepeater repeater;
  EXPECT_EQ(repeater.deadline(), std::nullopt);
  EXPECT_TRUE(repeater.due(kStart).empty());
}

TEST(KillRepeater, RepeatsAKillSixTimesAndForgetsIt) {
  KillRepeater repeater;
  repeater.add(kKill, kStart);
  std::vector<Duration> times;
  while (const auto deadline = repeater.deadline()) {
    EXPECT_EQ(repeater.due(*deadline), std::vector{kKill});
    times.push_back(*deadline - kStart);
  }
  const std::vector<Duration> expected = {250ms, 750ms, 1750ms, 3750ms, 7750ms, 15750ms};
  EXPECT_EQ(times, expected);
}

TEST(KillRepeater, StopsWhenTheKillIsAcknowledged) {
  KillRepeater repeater;
  repeater.add(kKill, kStart);
  repeater.acknowledged(kKill.id);
  EXPECT_EQ(repeater.deadline(), std::nullopt);
  EXPECT_TRUE(repeater.due(kStart + 1h).empty());
}

TEST(KillRepeater, KeepsTheOthersWhenOneIsAcknowledged) {
  KillRepeater repeater;
  const Kill other{200, KillReason::kIdle};
  repeater.add(kKill, kStart);
  repeater.add(other, kStart);
  repeater.acknowledged(kKill.id);
  repeater.acknowledged(300);
  EXPECT_EQ(repeater.due(kStart + 250ms), std::vector{other});
}

TEST(KillRepeater, RepeatsTheLatestReasonOfAnIdOnce) {
  KillRepeater repeater;
  const Kill later{kKill.id, KillReason::kWithdrawn};
  repeater.add(kKill, kStart);
  repeater.add(later, kStart + 100ms);
  EXPECT_TRUE(repeater.due(kStart + 250ms).empty());
  EXPECT_EQ(repeater.due(kStart + 350ms), std::vector{later});
}

TEST(KillRepeater, ReturnsAllThatAreDueInTheOrderTheyCame) {
  KillRepeater repeater;
  const Kill second{200, KillReason::kIdle};
  const Kill not_yet{300, KillReason::kReset};
  repeater.add(kKill, kStart);
  repeater.add(second, kStart + 10ms);
  repeater.add(not_yet, kStart + 100ms);
  EXPECT_EQ(repeater.due(kStart + 300ms), (std::vector{kKill, second}));
  EXPECT_EQ(repeater.deadline(), kStart + 350ms);
}

TEST(KillRepeater, GivesUpTheOldestWhenThereAreTooMany) {
  KillRepeater repeater;
  for (MsgId id = 1; id <= KillRepeater::kMaxPending + 1; ++id) {
    repeater.add({id, KillReason::kClosed}, kStart);
  }
  const std::vector<Kill> again = repeater.due(kStart + 250ms);
  EXPECT_EQ(again.size(), KillRepeater::kMaxPending);
  EXPECT_EQ(again.front().id, 2U);
  EXPECT_EQ(again.back().id, KillRepeater::kMaxPending + 1);
}

TEST(KillRepeater, ForgetsEverythingWhenCleared) {
  KillRepeater repeater;
  repeater.add(kKill, kStart);
  repeater.clear();
  EXPECT_EQ(repeater.deadline(), std::nullopt);
}

}  // namespace
}  // namespace ngcshare
