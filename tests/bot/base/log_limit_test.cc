#include "bot/base/log_limit.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "bot/base/recurring_fault.h"

namespace ngcshare {
namespace {

using std::chrono::seconds;

constexpr LogLimit::Rates kUsual;

class LogLimitTest : public testing::Test {
 protected:
  LogLine about(const std::string& peer, const char* event = "connection.opened") {
    return {spdlog::level::info, event, peer + " opens web", {{"peer", peer}}};
  }
  // Returns how many of `lines` are admitted.
  size_t admitted(size_t lines, const LogLine& line) {
    size_t count = 0;
    for (size_t i = 0; i < lines; ++i) count += limit_.admit(line, now_) ? 1 : 0;
    return count;
  }

  LogLimit limit_;
  TimePoint now_{std::chrono::hours(1)};
};

TEST_F(LogLimitTest, OnePersonIsLimitedWithoutLimitingOthers) {
  EXPECT_EQ(admitted(1000, about("mallory")), kUsual.subject_burst);
  EXPECT_EQ(admitted(5, about("alice")), 5U);
  EXPECT_EQ(admitted(5, about("mallory", "connection.refused")), 5U);
}

TEST_F(LogLimitTest, AnHourOfOnePersonIsAFewHundredLines) {
  size_t lines = 0;
  for (int second = 0; second < 3600; ++second) {
    now_ += seconds(1);
    lines += admitted(20, about("mallory"));
    if (second % 60 == 0) lines += limit_.take_held_back(now_).size();
  }
  EXPECT_LE(lines, 20U + 360U + 60U);
}

TEST_F(LogLimitTest, TenMinutesOfManyPersonsAreBoundedForEachEvent) {
  size_t lines = 0;
  for (int second = 0; second < 600; ++second) {
    now_ += seconds(1);
    for (int i = 0; i < 50; ++i) lines += admitted(1, about(std::to_string(second * 50 + i)));
    if (second % 60 == 0) lines += limit_.take_held_back(now_).size();
  }
  EXPECT_LE(lines, 200U + 600U + 10U);
}

TEST_F(LogLimitTest, ASummaryHasTheLastLineAndTheNumberOnce) {
  admitted(100, about("mallory"));
  LogLine last = about("mallory");
  last.message = "the last one";
  admitted(1, last);
  const auto summary = limit_.take_held_back(now_);
  ASSERT_EQ(summary.size(), 1U);
  EXPECT_EQ(summary[0].last.message, "the last one");
  EXPECT_EQ(summary[0].lines, 101 - kUsual.subject_burst);
  EXPECT_TRUE(limit_.take_held_back(now_).empty());
  EXPECT_EQ(limit_.total(), 101 - kUsual.subject_burst);
}

TEST_F(LogLimitTest, SummariesAreLimitedToo) {
  for (size_t person = 0; person < LogLimit::kMaxSubjects; ++person) {
    admitted(30, about(std::to_string(person)));
  }
  uint64_t lines = 0;
  const auto summaries = limit_.take_held_back(now_);
  for (const auto& one : summaries) lines += one.lines;
  EXPECT_EQ(lines, 30 * LogLimit::kMaxSubjects - kUsual.event_burst);
  EXPECT_EQ(summaries.size(), 1U) << "because the event has no rate left";
}

TEST_F(LogLimitTest, IsRegainedWithTime) {
  admitted(1000, about("mallory"));
  now_ += seconds(10);
  EXPECT_EQ(admitted(1000, about("mallory")), 1U);
}

// Persons who do not fit count for their event alone, until others are forgotten.
TEST_F(LogLimitTest, MoreSubjectsThanFitAreNotRemembered) {
  for (size_t person = 0; person < 3 * LogLimit::kMaxSubjects; ++person) {
    admitted(1, about(std::to_string(person), person % 2 == 0 ? "a" : "b"));
  }
  now_ += std::chrono::hours(1);
  limit_.take_held_back(now_);
  EXPECT_EQ(admitted(1000, about("new")), kUsual.subject_burst);
}

TEST_F(LogLimitTest, AnEventWithoutFieldsHasTheRateOfTheEvent) {
  EXPECT_EQ(admitted(1000, {spdlog::level::info, "x", "x", {}}), kUsual.event_burst);
}

TEST(RecurringFault, IsReportedAtFirstThenOnceAnHourAndWhenItIsOver) {
  RecurringFault fault;
  TimePoint now{};
  EXPECT_FALSE(fault.over());
  size_t reports = 0;
  for (int i = 0; i < 24 * 360; ++i, now += seconds(10)) reports += fault.met(now) ? 1 : 0;
  EXPECT_EQ(reports, 24U);
  EXPECT_TRUE(fault.over());
  EXPECT_FALSE(fault.over());
  EXPECT_TRUE(fault.met(now));
}

}  // namespace
}  // namespace ngcshare
