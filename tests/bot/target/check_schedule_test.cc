#include "bot/target/check_schedule.h"

#include <gtest/gtest.h>

#include <vector>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;

constexpr double kMiddle = 0.5;  // the chance that varies nothing
const TimePoint kNow{std::chrono::hours(1)};

class CheckScheduleTest : public testing::Test {
 protected:
  // Returns the time until the next check if it is made when it is due.
  std::chrono::seconds check(bool reached) {
    const TimePoint now = schedule_.due();
    schedule_.on_checked(reached, now, kMiddle);
    return std::chrono::duration_cast<std::chrono::seconds>(schedule_.due() - now);
  }
  CheckSchedule schedule_{{}, kNow, 0};
};

TEST_F(CheckScheduleTest, ChecksLessAndLessOftenWhileTheTargetAnswers) {
  std::vector<std::chrono::seconds> intervals;
  for (int i = 0; i < 7; ++i) intervals.push_back(check(true));
  EXPECT_EQ(intervals, (std::vector<std::chrono::seconds>{30s, 60s, 120s, 240s, 480s, 600s, 600s}));
}

TEST_F(CheckScheduleTest, ChecksOftenAgainAfterAFailure) {
  for (int i = 0; i < 7; ++i) check(true);
  EXPECT_EQ(check(false), 30s);
  EXPECT_EQ(check(false), 30s);
  EXPECT_EQ(check(true), 30s);
  EXPECT_EQ(check(true), 60s);
}

TEST_F(CheckScheduleTest, AConnectionTakesACheckPlace) {
  for (int i = 0; i < 7; ++i) check(true);
  const TimePoint now = schedule_.due() - 1s;
  schedule_.on_used(true, now, kMiddle);
  EXPECT_EQ(schedule_.due() - now, 600s);
}

TEST_F(CheckScheduleTest, AConnectionThatFailsIsLookedIntoSoon) {
  for (int i = 0; i < 7; ++i) check(true);
  const TimePoint now = schedule_.due() - 300s;
  schedule_.on_used(false, now, kMiddle);
  EXPECT_EQ(schedule_.due() - now, 30s);
  schedule_.on_used(false, now + 10s, kMiddle);
  EXPECT_EQ(schedule_.due() - now, 30s) << "is not put off";
}

TEST(CheckSchedule, SpreadsTheFirstChecksAndVariesTheOthersByAQuarter) {
  for (const double chance : {0.0, 0.5, 1.0}) {
    CheckSchedule schedule({}, kNow, chance);
    EXPECT_EQ(schedule.due() - kNow, std::chrono::milliseconds(static_cast<int>(30000 * chance)));
    schedule.on_checked(false, kNow, chance);
    EXPECT_EQ(schedule.due() - kNow,
              std::chrono::milliseconds(static_cast<int>(22500 + 15000 * chance)));
  }
}

}  // namespace
}  // namespace ngcshare
