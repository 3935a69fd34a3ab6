// Tests of what --help prints: all that the tables say, within 80 columns.
#include "bot/options/help.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/bot/options/options_helpers.h"

namespace ngcshare {
namespace {

// Returns the text with each run of spaces and line ends as one space.
std::string flat(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string joined;
  for (std::string word; words >> word;) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

TEST(Help, ListsEveryFlagWithItsValueAndText) {
  for (const Subcommand& subcommand : subcommands()) {
    const std::string help = subcommand_help(subcommand);
    EXPECT_NE(help.find("ngcshare " + std::string(subcommand.name)), std::string::npos);
    EXPECT_NE(help.find(subcommand.positional), std::string::npos);
    for (const Flag& flag : flags_of(subcommand)) {
      std::string line = "--" + std::string(flag.name) + " ";
      if (!flag.value.empty()) line += std::string(flag.value) + " ";
      EXPECT_NE(help.find("\n  --" + std::string(flag.name)), std::string::npos) << line;
      EXPECT_NE(flat(help).find(line + flat(flag.help)), std::string::npos)
          << subcommand.name << " " << line;
    }
  }
}

TEST(Help, ListsEverySubcommand) {
  for (const Subcommand& subcommand : subcommands()) {
    EXPECT_NE(program_help().find("\n  ngcshare " + std::string(subcommand.name) + " "),
              std::string::npos)
        << subcommand.name;
  }
}

TEST(Help, FitsATerminalOf80Columns) {
  EXPECT_LE(longest_line(program_help()), 80U) << program_help();
  for (const Subcommand& subcommand : subcommands()) {
    const std::string help = subcommand_help(subcommand);
    EXPECT_LE(longest_line(help), 80U) << help;
  }
}

TEST(Help, ShowsExamplesThatTheProgramAccepts) {
  size_t examples = 0;
  for (const Subcommand& subcommand : subcommands()) {
    for (const Example& example : subcommand.examples) {
      EXPECT_NE(subcommand_help(subcommand).find(example.command), std::string::npos);
      std::istringstream typed{std::string(example.command)};
      test::Arguments words;
      for (std::string word; typed >> word;)
        words.push_back(word == "CHAT_ID" ? test::kChatId : word);
      words.erase(words.begin());  // the program's name
      EXPECT_EQ(test::usage_error(words), "") << example.command;
      ++examples;
    }
  }
  EXPECT_GT(examples, 0U);
}

TEST(Help, OmitsFlagsThatASubcommandDoesNotUse) {
  for (const char* name : {"backup", "restore", "ctl", "version"}) {
    EXPECT_EQ(test::printed({name, "--help"}).find("--bootstrap"), std::string::npos) << name;
  }
}

// Each row is another way to ask for the same text.
TEST(Help, IsAskedForInSeveralWays) {
  const std::string program = test::printed({"--help"});
  EXPECT_EQ(program, program_help());
  EXPECT_EQ(test::printed({}), program);
  EXPECT_EQ(test::printed({"-h"}), program);
  EXPECT_EQ(test::printed({"help"}), program);
  const std::string connect = test::printed({"connect", "--help"});
  EXPECT_NE(connect.find("usage: ngcshare connect"), std::string::npos);
  EXPECT_EQ(test::printed({"connect", "-h"}), connect);
  EXPECT_EQ(test::printed({"help", "connect"}), connect);
  EXPECT_EQ(test::printed({"--help", "connect"}), connect);
  EXPECT_NE(test::usage_error({"help", "conect"}).find("did you mean connect?"), std::string::npos);
}

}  // namespace
}  // namespace ngcshare
