// Tests the environment variables of flags, and where the data folder is.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/bot/options/options_helpers.h"

namespace ngcshare {
namespace {

using test::kChatId;
using test::parse;
using test::parse_connect;
using test::parse_run;
using test::usage_error;
using test::Variables;

TEST(Environment, IsBeatenByFlags) {
  const Variables variables = {{"NGCSHARE_NICK", "environment"},
                               {"NGCSHARE_UDP_PORT", "1000"},
                               {"NGCSHARE_DATA_DIR", "/environment"},
                               {"NGCSHARE_SHARE", "a=1,b=2"}};
  const RunOptions without = parse_run({}, variables);
  EXPECT_EQ(without.common.nick, "environment");
  EXPECT_EQ(without.common.tox.udp_port, 1000);
  EXPECT_EQ(without.common.data_dir, "/environment");
  EXPECT_EQ(without.shares.size(), 2U);

  const RunOptions with = parse_run(
      {"--nick", "flag", "--udp-port", "2000", "--data-dir", "/flag", "--share", "c=3"}, variables);
  EXPECT_EQ(with.common.nick, "flag");
  EXPECT_EQ(with.common.tox.udp_port, 2000);
  EXPECT_EQ(with.common.data_dir, "/flag");
  ASSERT_EQ(with.shares.size(), 1U);
  EXPECT_EQ(with.shares[0].name, "c");
}

TEST(Environment, IsNotLookedAtWhereAFlagIsGiven) {
  EXPECT_EQ(usage_error({"run", "--udp-port", "2000"}, {{"NGCSHARE_UDP_PORT", "0"}}), "");
}

struct ListCase {
  const char* name;
  const char* text;
  std::vector<std::string> names;
};

const ListCase kLists[] = {
    {"empty", "", {}},
    {"only separators", " , ,\n\t", {}},
    {"one", "a=1", {"a"}},
    {"commas", "a=1,b=2,c=3", {"a", "b", "c"}},
    {"white space", "a=1 b=2\nc=3\td=4", {"a", "b", "c", "d"}},
    {"both", "a=1, b=2,\n c=3,", {"a", "b", "c"}},
    {"options", "a=1,health=off,b=2@::1,health=tcp,c=3", {"a", "b", "c"}},
    {"called like an option", "a=1,health=80,health=off", {"a", "health"}},
};

TEST(Environment, HoldsListsSeparatedByCommasOrWhiteSpace) {
  for (const ListCase& row : kLists) {
    std::vector<std::string> names;
    for (const auto& spec : parse_run({}, {{"NGCSHARE_SHARE", row.text}}).shares) {
      names.push_back(spec.name);
    }
    EXPECT_EQ(names, row.names) << row.name;
  }
}

TEST(Environment, HoldsSwitches) {
  for (const char* on : {"1", "true", "yes", "on"}) {
    EXPECT_TRUE(parse_run({}, {{"NGCSHARE_JSON", on}}).common.json) << on;
  }
  for (const char* off : {"", "0", "false", "no", "off"}) {
    EXPECT_FALSE(parse_run({}, {{"NGCSHARE_JSON", off}}).common.json) << off;
  }
  const std::string error = usage_error({"run"}, {{"NGCSHARE_JSON", "perhaps"}});
  EXPECT_NE(error.find("NGCSHARE_JSON"), std::string::npos) << error;
}

TEST(Environment, IsAsIfNotThereWhenAValueIsEmpty) {
  const RunOptions options =
      parse_run({}, {{"NGCSHARE_NICK", ""}, {"NGCSHARE_UDP_PORT", ""}, {"NGCSHARE_DATA_DIR", ""}});
  EXPECT_EQ(options.common.nick, "ngcshare");
  EXPECT_EQ(options.common.data_dir, "/home/somebody/.local/share/ngcshare");
}

TEST(Environment, IsCheckedLikeFlags) {
  EXPECT_NE(usage_error({"run"}, {{"NGCSHARE_UDP_PORT", "70000"}}), "");
  EXPECT_NE(usage_error({"run"}, {{"NGCSHARE_SHARE", "a=1,b"}}), "");
  EXPECT_NE(usage_error({"run"}, {{"NGCSHARE_JOIN", "friends"}}), "");
}

TEST(Environment, OfAnotherSubcommandIsIgnored) {
  EXPECT_EQ(usage_error({"connect", kChatId}, {{"NGCSHARE_SHARE", "broken"}}), "");
  EXPECT_EQ(usage_error({"version"}, {{"NGCSHARE_UDP_PORT", "0"}}), "");
}

TEST(Environment, MayNotAskForHelp) {
  EXPECT_TRUE(std::holds_alternative<RunOptions>(parse({"run"}, {{"NGCSHARE_HELP", "1"}})));
}

// -- unknown names -------------------------------------------------------------------------------

struct NameCase {
  const char* name;
  const char* variable;
  const char* value;
  std::string said;  // empty: no problem
};

const NameCase kNames[] = {
    {"one letter too many", "NGCSHARE_SHARES", "a=1", "did you mean NGCSHARE_SHARE?"},
    {"letters exchanged", "NGCSHARE_NIKC", "x", "did you mean NGCSHARE_NICK?"},
    {"like nothing", "NGCSHARE_COLOUR_OF_THE_SHED", "red", "ngcshare run --help"},
    {"only the beginning", "NGCSHARE_", "x", "there is no NGCSHARE_;"},
    {"a secret itself", "NGCSHARE_PASSPHRASE", "geheim", "NGCSHARE_PASSPHRASE_FILE"},
    {"another secret", "NGCSHARE_PASSWORD", "geheim", "NGCSHARE_PASSWORD_FILE"},
    {"what would hold for later starts", "NGCSHARE_NEW_START", "1", "give --new-start once"},
    {"a flag of another subcommand", "NGCSHARE_TIMEOUT", "30", ""},
    {"not ours", "NGCSHARER", "x", ""},
    {"lower case is not ours", "ngcshare_shares", "x", ""},
    {"Kubernetes: host", "NGCSHARE_SERVICE_HOST", "10.0.0.1", ""},
    {"Kubernetes: port", "NGCSHARE_SERVICE_PORT_GAME", "25565", ""},
    {"Kubernetes: address", "NGCSHARE_PORT", "tcp://10.0.0.1:25565", ""},
    {"Kubernetes: parts of it", "NGCSHARE_PORT_25565_TCP_ADDR", "10.0.0.1", ""},
    {"a port of nobody", "NGCSHARE_PORT", "25565", "there is no NGCSHARE_PORT"},
};

TEST(Environment, WithANameThatDoesNotExistIsRefused) {
  for (const NameCase& row : kNames) {
    const std::vector<std::vector<std::string>> commands = {
        {"run"}, {"connect", kChatId}, {"node"}};
    for (const auto& command : commands) {
      const std::string error = usage_error(command, {{row.variable, row.value}});
      EXPECT_EQ(error.empty(), row.said.empty()) << row.name << ": " << error;
      EXPECT_NE(error.find(row.said), std::string::npos) << row.name << ": " << error;
      EXPECT_EQ(error.find("geheim"), std::string::npos) << row.name << ": " << error;
    }
  }
  EXPECT_EQ(usage_error({"ctl", "services"}, {{"NGCSHARE_SHARES", "a=1"}}), "");
}

TEST(Environment, AndFlagsTellAllThatIsWrongAtOnce) {
  const std::string error = usage_error({"run", "--bogus", "--udp-port", "0", "--share", "a",
                                         "--share", "b=0", "--join", "x", "--nick", "", "--owner"},
                                        {{"NGCSHARE_SHARES", "a"}, {"NGCSHARE_JSON", "perhaps"}});
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n') + 1, 9) << error;
  for (const char* said : {"--bogus", "--udp-port", "\"a\"", "\"0\"", "not a chat id", "--nick",
                           "--owner needs a value", "NGCSHARE_SHARES", "NGCSHARE_JSON"}) {
    EXPECT_NE(error.find(said), std::string::npos) << said << " in: " << error;
  }
}

// -- data folder ---------------------------------------------------------------------------------

struct FolderCase {
  const char* name;
  Variables variables;
  const char* folder;
};

const FolderCase kFolders[] = {
    {"home", {{"HOME", "/h"}}, "/h/.local/share/ngcshare"},
    {"XDG", {{"HOME", "/h"}, {"XDG_DATA_HOME", "/x"}}, "/x/ngcshare"},
    {"XDG without home", {{"HOME", ""}, {"XDG_DATA_HOME", "/x"}}, "/x/ngcshare"},
    {"relative XDG is ignored",
     {{"HOME", "/h"}, {"XDG_DATA_HOME", "x"}},
     "/h/.local/share/ngcshare"},
    {"empty XDG is ignored", {{"HOME", "/h"}, {"XDG_DATA_HOME", ""}}, "/h/.local/share/ngcshare"},
    {"own variable", {{"HOME", "/h"}, {"NGCSHARE_DATA_DIR", "/data"}}, "/data"},
};

TEST(DataDir, ComesFromTheEnvironment) {
  for (const FolderCase& row : kFolders) {
    EXPECT_EQ(parse_run({}, row.variables).common.data_dir, row.folder) << row.name;
  }
}

TEST(DataDir, IsAnotherForEachSubcommand) {
  const auto node = std::get<NodeOptions>(parse({"node"}, {{"HOME", "/h"}}));
  EXPECT_EQ(node.common.data_dir, "/h/.local/share/ngcshare-node");
  EXPECT_EQ(parse_connect({}, {{"HOME", "/h"}}).common.data_dir, "/h/.local/share/ngcshare-member");
}

TEST(DataDir, IsAskedForWhereThereIsNoHome) {
  const std::string error = usage_error({"run"}, {{"HOME", ""}});
  EXPECT_NE(error.find("--data-dir"), std::string::npos) << error;
  EXPECT_EQ(usage_error({"run", "--data-dir", "/data"}, {{"HOME", ""}}), "");
}

}  // namespace
}  // namespace ngcshare
