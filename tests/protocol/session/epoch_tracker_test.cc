#include "protocol/session/epoch_tracker.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

using Verdict = EpochTracker::Verdict;

TEST(EpochTracker, KnowsNothingAtFirst) {
  const EpochTracker tracker;
  EXPECT_EQ(tracker.current(), std::nullopt);
}

TEST(EpochTracker, TakesTheFirstEpochForTheCurrentOne) {
  EpochTracker tracker;
  EXPECT_EQ(tracker.observe(11), Verdict::kFirst);
  EXPECT_EQ(tracker.current(), 11U);
  EXPECT_EQ(tracker.observe(11), Verdict::kSame);
}

TEST(EpochTracker, CallsANewEpochARestart) {
  EpochTracker tracker;
  tracker.observe(11);
  EXPECT_EQ(tracker.observe(22), Verdict::kRestarted);
  EXPECT_EQ(tracker.current(), 22U);
  EXPECT_EQ(tracker.observe(22), Verdict::kSame);
}

TEST(EpochTracker, NeverGoesBackToAnEpochThatWasReplaced) {
  EpochTracker tracker;
  tracker.observe(11);
  tracker.observe(22);
  tracker.observe(33);
  EXPECT_EQ(tracker.observe(11), Verdict::kStale);
  EXPECT_EQ(tracker.observe(22), Verdict::kStale);
  EXPECT_EQ(tracker.current(), 33U);
}

TEST(EpochTracker, RemembersTheLast64ThatWereReplaced) {
  EpochTracker tracker;
  for (uint32_t epoch = 1; epoch <= 65; ++epoch) tracker.observe(epoch);
  EXPECT_EQ(tracker.observe(1), Verdict::kStale);
  EXPECT_EQ(tracker.observe(64), Verdict::kStale);
  EXPECT_EQ(tracker.observe(66), Verdict::kRestarted);
  EXPECT_EQ(tracker.observe(1), Verdict::kRestarted);  // by now forgotten
}

TEST(EpochTracker, CanBeToldThatAStaleEpochIsTheLivingOne) {
  EpochTracker tracker;
  tracker.observe(11);
  tracker.observe(22);
  tracker.adopt(11);
  EXPECT_EQ(tracker.current(), 11U);
  EXPECT_EQ(tracker.observe(11), Verdict::kSame);
  EXPECT_EQ(tracker.observe(22), Verdict::kStale);
}

}  // namespace
}  // namespace ngcshare
