// Tests the command line of `ngcshare doctor`.
#include <gtest/gtest.h>

#include "tests/bot/options/options_helpers.h"

namespace ngcshare {
namespace {

using test::Arguments;
using test::Variables;

DoctorOptions parse_doctor(Arguments arguments, const Variables& variables = {}) {
  arguments.insert(arguments.begin(), "doctor");
  return std::get<DoctorOptions>(test::parse(arguments, variables));
}

TEST(DoctorOptions, AreThoseOfAGateway) {
  const DoctorOptions options = parse_doctor(
      {"--data-dir", "/data", "--share", "web=80@10.0.0.7", "--allow-target", "10.0.0.0/8"},
      {{"NGCSHARE_NO_UDP", "1"}});
  EXPECT_EQ(options.common.data_dir, "/data");
  EXPECT_FALSE(options.common.tox.udp);
  ASSERT_EQ(options.shares.size(), 1U);
  EXPECT_EQ(options.shares[0].host, "10.0.0.7");
  EXPECT_TRUE(options.targets.allows_host("10.0.0.7"));
  EXPECT_FALSE(options.targets.allows_host("192.0.2.1"));
}

TEST(DoctorOptions, WaitHalfAMinuteUnlessTold) {
  EXPECT_EQ(parse_doctor({}).timeout, std::chrono::seconds(30));
  EXPECT_EQ(parse_doctor({"--timeout", "5"}).timeout, std::chrono::seconds(5));
  EXPECT_EQ(parse_doctor({}, {{"NGCSHARE_TIMEOUT", "7"}}).timeout, std::chrono::seconds(7));
  for (const char* text : {"0", "-1", "soon", ""}) {
    EXPECT_NE(test::usage_error({"doctor", "--timeout", text}), "") << text;
  }
}

TEST(DoctorOptions, UseTheGatewaysFolder) {
  const Variables home = {{"HOME", "/home/x"}};
  EXPECT_EQ(parse_doctor({}, home).common.data_dir, test::parse_run({}, home).common.data_dir);
}

TEST(DoctorOptions, KeepTheLogOutOfTheWay) {
  EXPECT_EQ(parse_doctor({}).common.log_level, "off");
  EXPECT_EQ(parse_doctor({"--log-level", "debug"}).common.log_level, "debug");
}

TEST(DoctorOptions, TellAllMistakesAlsoOfTheEnvironment) {
  const std::string problems =
      test::usage_error({"doctor", "--share", "web", "--allow-target", "?", "--timeout", "soon"},
                        {{"NGCSHARE_NO_UPD", "1"}});
  for (const char* part : {"--share", "--allow-target", "--timeout", "NGCSHARE_NO_UDP?"}) {
    EXPECT_NE(problems.find(part), std::string::npos) << part << " in " << problems;
  }
}

TEST(DoctorOptions, TakeNoWordsAndNothingThatChanges) {
  EXPECT_NE(test::usage_error({"doctor", "web"}), "");
  EXPECT_NE(test::usage_error({"doctor", "--create", "friends"}), "");
}

}  // namespace
}  // namespace ngcshare
