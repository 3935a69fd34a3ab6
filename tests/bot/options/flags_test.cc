// Tests the table of flags against the parser and the help: each flag of one is known to the
// others.
#include "bot/options/flags.h"

#include <gtest/gtest.h>

#include "tests/bot/options/options_helpers.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using test::Arguments;
using test::Variables;

// Returns a valid value for each flag that takes one.
std::map<std::string, std::string> sample_values(const test::TemporaryFolder& folder) {
  const std::string key = test::kChatId;
  const std::string tox_id = key + "00000000ABCD";  // with its checksum
  return {{"data-dir", "/tmp/data"},
          {"env-file", folder.file("gate.env", "NGCSHARE_NICK=gate\n")},
          {"nick", "gate"},
          {"bootstrap", "127.0.0.1:33445:" + key},
          {"bootstrap-nodes", folder.file("nodes.json", R"({"nodes":[]})")},
          {"proxy", "socks5://127.0.0.1:9050"},
          {"congestion", "cubic"},
          {"udp-port", "33445"},
          {"tcp-relay-port", "3389"},
          {"log-level", "debug"},
          {"log-format", "json"},
          {"create", "friends"},
          {"join", key},
          {"password-file", folder.file("password", "secret\n")},
          {"passphrase-file", folder.file("passphrase", "secret\n")},
          {"share", "web=80"},
          {"admin-ports", "25565,30000-30100"},
          {"allow-target", "10.0.0.0/8"},
          {"owner", key},
          {"invite", tox_id},
          {"invited-by", tox_id},
          {"bind", "127.0.0.2"},
          {"timeout", "30"},
          {"http", "127.0.0.1:9464"},
          {"http-token-file", folder.file("token", "secret\n")},
          {"http-owner-token-file", folder.file("owner_token", "secret\n")}};
}

// Returns the arguments that the subcommand needs besides the flag.
Arguments complete(const Subcommand& subcommand, const std::string& flag) {
  Arguments arguments = {std::string(subcommand.name)};
  if (subcommand.name == "connect") arguments.push_back(test::kChatId);
  if (subcommand.positional == "FILE") arguments.push_back("copy.db");
  if (flag == "trust") arguments.push_back("web@" + test::kChatId);
  if (flag == "private") arguments.insert(arguments.end(), {"--create", "friends"});
  if (flag.starts_with("http-")) arguments.insert(arguments.end(), {"--http", "9464"});
  return arguments;
}

void expect_accepted(const Subcommand& subcommand, const Flag& flag, const std::string& value) {
  const std::string name(flag.name);
  Arguments apart = complete(subcommand, name);
  apart.push_back("--" + name);
  if (!flag.value.empty()) apart.push_back(value);
  EXPECT_EQ(test::usage_error(apart), "") << subcommand.name << " --" << name;

  Arguments joined = complete(subcommand, name);
  joined.push_back("--" + name + (flag.value.empty() ? "" : "=" + value));
  EXPECT_EQ(test::usage_error(joined), "") << subcommand.name << " --" << name << "=";

  if (flag.name == kNewStartFlag) return;
  const Variables variables = {{environment_name(name), flag.value.empty() ? "1" : value}};
  EXPECT_EQ(test::usage_error(complete(subcommand, name), variables), "")
      << subcommand.name << " " << environment_name(name);
}

TEST(Flags, AreAllAcceptedOnTheCommandLineAndInTheEnvironment) {
  const test::TemporaryFolder folder;
  auto values = sample_values(folder);
  for (const Subcommand& subcommand : subcommands()) {
    for (const Flag& flag : flags_of(subcommand)) {
      const bool has_sample = flag.value.empty() || values.contains(std::string(flag.name));
      ASSERT_TRUE(has_sample) << "no sample value here for --" << flag.name;
      expect_accepted(subcommand, flag, values[std::string(flag.name)]);
    }
  }
}

TEST(Flags, WithAValueAreRefusedWithoutOne) {
  for (const Subcommand& subcommand : subcommands()) {
    for (const Flag& flag : flags_of(subcommand)) {
      if (flag.value.empty()) continue;
      Arguments arguments = complete(subcommand, std::string(flag.name));
      arguments.push_back("--" + std::string(flag.name));
      const std::string error = test::usage_error(arguments);
      EXPECT_NE(error.find(flag.name), std::string::npos) << subcommand.name << ": " << error;
    }
  }
}

TEST(Flags, OfOneSubcommandAreUnknownToAnother) {
  EXPECT_NE(test::usage_error({"connect", test::kChatId, "--share", "a=80"}), "");
  EXPECT_NE(test::usage_error({"run", "--all"}), "");
  EXPECT_NE(test::usage_error({"node", "--join", test::kChatId}), "");
  EXPECT_NE(test::usage_error({"ctl", "--no-udp"}), "");
}

TEST(EnvironmentName, IsTheFlagInCapitals) {
  EXPECT_EQ(environment_name("data-dir"), "NGCSHARE_DATA_DIR");
  EXPECT_EQ(environment_name("no-default-bootstrap"), "NGCSHARE_NO_DEFAULT_BOOTSTRAP");
  EXPECT_EQ(environment_name("json"), "NGCSHARE_JSON");
}

TEST(GivenFlags, KeepAllValuesAndTheLast) {
  GivenFlags given;
  given.add("share", "a=1");
  given.add("share", "b=2");
  EXPECT_TRUE(given.has("share"));
  EXPECT_EQ(given.one("share"), "b=2");
  EXPECT_EQ(given.all("share"), (std::vector<std::string>{"a=1", "b=2"}));
  EXPECT_FALSE(given.has("nick"));
  EXPECT_FALSE(given.one("nick"));
  EXPECT_TRUE(given.all("nick").empty());
}

}  // namespace
}  // namespace ngcshare
