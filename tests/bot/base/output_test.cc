// Tests output for programs: the log and the report as JSON.
#include "bot/base/output.h"

#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "bot/base/log.h"
#include "bot/base/standard_streams.h"

namespace ngcshare {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

struct TextCase {
  const char* name;
  std::string text;
  std::string read;  // the text a JSON parser returns
};

const TextCase kTexts[] = {
    {"plain", "peer joined", "peer joined"},
    {"empty", "", ""},
    {"quotes", R"(the "web" \ 80)", R"(the "web" \ 80)"},
    {"newline", "two\nlines", "two\nlines"},
    {"carriage return and tab", "a\r\tb", "a\r\tb"},
    {"escape", "\x1B[31mred", "\x1B[31mred"},
    {"NUL", "a\0b"s, "a\0b"s},
    {"UTF-8", "sp\xC3\xA9l \xF0\x9F\x8E\xAE", "sp\xC3\xA9l \xF0\x9F\x8E\xAE"},
    {"byte that is not UTF-8", "a\xFFz", "a\xEF\xBF\xBDz"},
    {"cut sequence", "a\xE6\x97", "a\xEF\xBF\xBD"},
    {"braces of a format", "{} {0}", "{} {0}"},
};

// Restores the previous log.
class LogTest : public testing::Test {
 protected:
  ~LogTest() override {
    spdlog::drop("ngcshare");
    spdlog::set_default_logger(before_);
  }
  static std::string logged(const std::function<void()>& action) {
    testing::internal::CaptureStderr();
    action();
    return testing::internal::GetCapturedStderr();
  }

 private:
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
};

size_t count_lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST_F(LogTest, IsOneValidJsonObjectALine) {
  start_log("info", true);
  for (const TextCase& row : kTexts) {
    const std::string line = logged([&] { spdlog::warn("{}", row.text); });
    EXPECT_EQ(count_lines(line), 1U) << row.name;
    const auto object = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(object.is_object()) << row.name << ": " << line;
    EXPECT_EQ(object.value("message", "?"), row.read) << row.name;
    EXPECT_EQ(object.value("level", "?"), "warning") << row.name;
    EXPECT_GT(object.value("time", 0.0), 1.6e9) << row.name;
  }
}

TEST_F(LogTest, ShowsTheLevelAskedForAndAbove) {
  start_log("warn", true);
  EXPECT_EQ(logged([] { spdlog::info("hidden"); }), "");
  EXPECT_NE(logged([] { spdlog::error("shown"); }), "");
}

TEST_F(LogTest, CanBeSilent) {
  start_log("off", false);
  EXPECT_EQ(logged([] { spdlog::critical("hidden"); }), "");
}

TEST_F(LogTest, IsALineForAPersonOtherwise) {
  start_log("info", false);
  const std::string line = logged([] { spdlog::info("peer joined"); });
  EXPECT_NE(line.find(" info: peer joined\n"), std::string::npos) << line;
  EXPECT_EQ(count_lines(line), 1U);
}

std::string reported(bool as_json, const nlohmann::json& event, const std::string& line) {
  testing::internal::CaptureStdout();
  Output(as_json).say(event, line);
  return testing::internal::GetCapturedStdout();
}

TEST(Output, IsOneValidJsonObjectALine) {
  for (const TextCase& row : kTexts) {
    const std::string line = reported(true, {{"event", "offer"}, {"service", row.text}}, "human");
    EXPECT_EQ(count_lines(line), 1U) << row.name;
    const auto object = nlohmann::json::parse(line, nullptr, false);
    ASSERT_TRUE(object.is_object()) << row.name << ": " << line;
    EXPECT_EQ(object.value("service", "?"), row.read) << row.name;
    EXPECT_EQ(line.find("human"), std::string::npos) << row.name;
  }
}

TEST(Output, IsTheLineForAPersonOtherwise) {
  EXPECT_EQ(reported(false, {{"event", "offer"}}, "offered: web"), "offered: web\n");
  EXPECT_EQ(reported(false, {{"event", "offer"}}, ""), "");
  EXPECT_EQ(reported(true, {{"event", "offer"}}, ""), "{\"event\":\"offer\"}\n");
}

TEST(Output, SaysHowManyLinesWereLost) {
  EXPECT_EQ(Output(true).lost_line()(3), "{\"event\":\"lines_lost\",\"lines\":3}\n");
  EXPECT_EQ(Output(false).lost_line()(3), "3 lines were lost\n");
}

// No line may be missing when the program ends, or when output goes back to waiting.
TEST(Output, IsCompleteAfterTheBackgroundStreams) {
  start_log("info", false);
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const Output output(true);
  output.say({{"n", 1}}, "");
  {
    const BackgroundStreams streams(output.lost_line(), lost_log_line());
    output.say({{"n", 2}}, "");
    log_info("x", "in the log");
  }
  output.say({{"n", 3}}, "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
  EXPECT_NE(testing::internal::GetCapturedStderr().find("in the log\n"), std::string::npos);
  EXPECT_EQ(lost_lines(StandardStream::kOutput), 0U);
  start_log("off", false);
}

}  // namespace
}  // namespace ngcshare
