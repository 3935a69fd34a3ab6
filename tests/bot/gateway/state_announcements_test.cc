#include "bot/gateway/state_announcements.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

TEST(StateAnnouncements, TellsOfAServiceThatIsDownOrUpAgain) {
  StateAnnouncements announcements;
  const TimePoint now{std::chrono::hours(1)};
  EXPECT_FALSE(announcements.is_due(1, false, now)) << "a new one that is up is not announced";
  EXPECT_TRUE(announcements.is_due(1, true, now));
  EXPECT_FALSE(announcements.is_due(1, true, now + std::chrono::hours(1)));
  EXPECT_TRUE(announcements.is_due(1, false, now + std::chrono::hours(2)));
}

TEST(StateAnnouncements, HoldsBackForAMinuteAndTellsThenWhatHoldsStill) {
  StateAnnouncements announcements;
  const TimePoint now{std::chrono::hours(1)};
  EXPECT_TRUE(announcements.is_due(1, true, now));
  EXPECT_FALSE(announcements.is_due(1, false, now + std::chrono::seconds(59)));
  EXPECT_TRUE(announcements.is_due(2, true, now + std::chrono::seconds(59))) << "each for itself";
  EXPECT_TRUE(announcements.is_due(1, false, now + std::chrono::seconds(60)));
}

TEST(StateAnnouncements, SaysNothingOfOneThatCameBackInTime) {
  StateAnnouncements announcements;
  const TimePoint now{std::chrono::hours(1)};
  EXPECT_TRUE(announcements.is_due(1, true, now));
  EXPECT_FALSE(announcements.is_due(1, false, now + std::chrono::seconds(10)));
  EXPECT_FALSE(announcements.is_due(1, true, now + std::chrono::seconds(90)));
}

}  // namespace
}  // namespace ngcshare
