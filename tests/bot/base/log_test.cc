#include "bot/base/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ngcshare {
namespace {

// Captures standard error between begin() and end().
class Log : public testing::Test {
 protected:
  ~Log() override { start_log("off", false); }

  static void begin(const std::string& level, bool as_json) {
    testing::internal::CaptureStderr();
    start_log(level, as_json);
  }
  static std::string end() { return testing::internal::GetCapturedStderr(); }
};

TEST_F(Log, AnEventIsAJsonObjectWithItsNameAndFields) {
  begin("info", true);
  log_info("peer.joined", "peer {peer} joined as {number}", Field{"peer", "AB\"CD"},
           Field{"number", 7});
  const auto line = nlohmann::json::parse(end());
  EXPECT_EQ(line.at("event"), "peer.joined");
  EXPECT_EQ(line.at("level"), "info");
  EXPECT_EQ(line.at("message"), "peer AB\"CD joined as 7");
  EXPECT_EQ(line.at("peer"), "AB\"CD");
  EXPECT_EQ(line.at("number"), "7");
  EXPECT_GT(line.at("time").get<double>(), 1e9);
}

TEST_F(Log, ForAPersonItIsTheText) {
  begin("info", false);
  log_warn("target.down", "the target of {service} is down", Field{"service", "web"});
  EXPECT_TRUE(end().ends_with(" warning: the target of web is down\n"));
}

TEST_F(Log, BracesThatNameNoFieldStayAsTheyAre) {
  begin("info", false);
  log_info("x", "{ {} {other} {a}} {", Field{"a", "{a}"});
  EXPECT_TRUE(end().ends_with(": { {} {other} {a}} {\n"));
}

TEST_F(Log, WhatIsBelowTheLevelIsNeitherWrittenNorKept) {
  begin("warn", false);
  log_info("x", "quiet");
  set_log_level("info");
  log_info("y", "heard");
  EXPECT_EQ(end().find("quiet"), std::string::npos);
  ASSERT_EQ(recent_log().size(), 1U);
  EXPECT_EQ(recent_log()[0].event, "y");
  EXPECT_EQ(recent_log()[0].message, "heard");
  EXPECT_EQ(recent_log()[0].level, "info");
}

TEST_F(Log, WhatComesTooOftenIsHeldBackAndSummedUp) {
  TimePoint now{};
  testing::internal::CaptureStderr();
  start_log("info", true, [&now] { return now; });
  const auto opens = [](const char* peer) {
    log_info("connection.opened", "peer {peer} opens web", Field{"peer", peer});
  };
  for (int i = 0; i < 1000; ++i) opens("mallory");
  opens("alice");
  now += kHeldBackInterval;
  write_held_back_log();
  write_held_back_log();
  const std::string text = end();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 20 + 1 + 1);
  EXPECT_NE(text.find("peer alice opens web"), std::string::npos);
  const auto last = nlohmann::json::parse(text.substr(text.rfind('\n', text.size() - 2) + 1));
  EXPECT_EQ(last.at("event"), "connection.opened");
  EXPECT_EQ(last.at("message"), "peer mallory opens web, and 979 more like it");
  EXPECT_EQ(last.at("peer"), "mallory");
  EXPECT_EQ(last.at("more"), "979");
  EXPECT_EQ(held_back_log_lines(), 980U);
}

TEST_F(Log, AtTheLevelDebugNothingIsHeldBack) {
  begin("debug", false);
  for (int i = 0; i < 1000; ++i) log_info("x", "{peer}", Field{"peer", "alice"});
  const std::string text = end();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1000);
}

TEST_F(Log, LinesThatWereLostAreAnEvent) {
  begin("info", true);
  const auto line = nlohmann::json::parse(lost_log_line()(312));
  EXPECT_EQ(line.at("event"), "log.lost");
  EXPECT_EQ(line.at("lines"), "312");
  EXPECT_EQ(end(), "");
}

TEST_F(Log, TheLatestAreKeptTheLatestFirst) {
  begin("info", false);
  for (size_t i = 0; i < kRecentLogEntries + 5; ++i) log_info("x", "{i}", Field{"i", i});
  end();
  const auto entries = recent_log();
  ASSERT_EQ(entries.size(), kRecentLogEntries);
  EXPECT_EQ(entries.front().message, std::to_string(kRecentLogEntries + 4));
  EXPECT_EQ(entries.back().message, "5");
}

TEST_F(Log, ManyLinesDoNotPushAWarningOut) {
  begin("info", false);
  log_warn("target.down", "down");
  for (size_t i = 0; i < kRecentLogEntries + 5; ++i) log_info("x", "{i}", Field{"i", i});
  end();
  const auto entries = recent_log();
  ASSERT_EQ(entries.size(), kRecentLogEntries + 1);
  EXPECT_EQ(entries.back().event, "target.down");
  EXPECT_EQ(entries.front().event, "x");
}

}  // namespace
}  // namespace ngcshare
