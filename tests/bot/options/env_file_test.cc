// Tests the file of --env-file: as bytes, and as part of the environment.
#include "bot/options/env_file.h"

#include <gtest/gtest.h>

#include "tests/bot/options/options_helpers.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using test::parse_run;
using test::usage_error;

struct TakenCase {
  const char* name;
  std::string text;
  std::string value;  // of A
};

const TakenCase kTaken[] = {
    {"plain", "A=b", "b"},
    {"with a line's end", "A=b\n", "b"},
    {"a Windows line's end", "A=b\r\n", "b"},
    {"empty", "A=\n", ""},
    {"blanks around it", " \tA= b \t\n", "b"},
    {"blanks inside", "A=b c\n", "b c"},
    {"equals signs", "A=web=80,game=81\n", "web=80,game=81"},
    {"number sign inside", "A=b # c\n", "b # c"},
    {"backslash", "A=b\\n\n", "b\\n"},
    {"a quote inside", "A=it's\n", "it's"},
    {"variable", "A=$B ${C}\n", "$B ${C}"},
    {"double quotes", "A=\" b \"\n", " b "},
    {"single quotes", "A=' b '  \n", " b "},
    {"empty quotes", "A=\"\"\n", ""},
    {"escapes in double quotes", "A=\"\\\"b\\\\ \\n\"\n", "\"b\\ n"},
    {"none in single quotes", "A='\\b'\n", "\\b"},
    {"the other quote inside", "A=\"it's\"\n", "it's"},
    {"exported", "export A=b\n", "b"},
    {"behind comments and empty lines", "# A=c\n\n  # x\n\t\nA=b\n", "b"},
    {"not UTF-8", "A=\xFF\n", "\xFF"},
};

TEST(EnvFile, IsRead) {
  for (const TakenCase& row : kTaken) {
    const EnvFile file = parse_env_file(row.text);
    EXPECT_TRUE(file.problems.empty()) << row.name << ": " << file.problems.front();
    ASSERT_EQ(file.variables.size(), 1U) << row.name;
    EXPECT_EQ(file.variables[0].name, "A") << row.name;
    EXPECT_EQ(file.variables[0].value, row.value) << row.name;
  }
}

struct RefusedCase {
  const char* name;
  std::string text;
  std::string said;
};

const RefusedCase kRefused[] = {
    {"no equals sign", "A=b\nplain\n", "line 2: not NAME=VALUE"},
    {"no name", "=b", "line 1: not NAME=VALUE"},
    {"name that begins with a digit", "1A=b", "line 1"},
    {"name with a dash", "A-B=b", "line 1"},
    {"blank before the equals sign", "A =b", "line 1"},
    {"only exported", "export A", "line 1"},
    {"open double quote", "\n\nA=\"b", "line 3: the value of A begins with a quote"},
    {"open single quote", "A='b", "line 1"},
    {"escaped last quote", "A=\"b\\\"", "line 1"},
    {"something behind the quote", "A=\"b\" # c", "line 1"},
    {"twice", "A=b\nB=c\nA=d", "line 3: A is set again; it is already in line 1"},
    {"bytes of value 0", std::string("A=b\0", 4), "not a text file"},
    {"byte order mark",
     "\xEF\xBB\xBF"
     "A=b",
     "line 1"},
};

TEST(EnvFile, TellsWhichLineIsWrong) {
  for (const RefusedCase& row : kRefused) {
    const EnvFile file = parse_env_file(row.text);
    ASSERT_EQ(file.problems.size(), 1U) << row.name;
    EXPECT_NE(file.problems[0].find(row.said), std::string::npos)
        << row.name << ": " << file.problems[0];
  }
}

TEST(EnvFile, IsReadOnBehindAMistake) {
  const EnvFile file = parse_env_file("one\nA=b\ntwo\nB=c\n");
  EXPECT_EQ(file.problems.size(), 2U);
  EXPECT_EQ(file.variables.size(), 2U);
}

TEST(EnvFile, IsGivenUpWhenNothingInItIsRight) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "wrong\n";
  EXPECT_EQ(parse_env_file(text).problems.size(), EnvFile::kMostProblems);
}

TEST(EnvFile, DoesNotShowALineThatItDoesNotUnderstand) {
  EXPECT_EQ(parse_env_file("my secret").problems.at(0).find("secret"), std::string::npos);
}

// -- as part of the environment ------------------------------------------------------------------

TEST(EnvFileFlag, IsBeatenByTheEnvironmentAndThatByFlags) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file(
      "env", "NGCSHARE_NICK=file\nNGCSHARE_UDP_PORT=1000\nNGCSHARE_SHARE=a=1,b=2/udp\nOTHER=x\n");
  const RunOptions options =
      parse_run({"--env-file", file, "--udp-port", "3000"},
                {{"NGCSHARE_UDP_PORT", "2000"}, {"NGCSHARE_NICK", "environment"}});
  EXPECT_EQ(options.common.tox.udp_port, 3000);
  EXPECT_EQ(options.common.nick, "environment");
  EXPECT_EQ(options.shares.size(), 2U);
  EXPECT_EQ(parse_run({}, {{"NGCSHARE_ENV_FILE", file}}).common.nick, "file");
}

TEST(EnvFileFlag, CountsWhereAVariableIsEmpty) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file("env", "NGCSHARE_NICK=file\nNGCSHARE_JSON=1\n");
  const RunOptions options =
      parse_run({"--env-file", file}, {{"NGCSHARE_NICK", ""}, {"NGCSHARE_JSON", "0"}});
  EXPECT_EQ(options.common.nick, "file");
  EXPECT_FALSE(options.common.json);
}

TEST(EnvFileFlag, NamesFileAndLineOfAMistake) {
  const test::TemporaryFolder folder;
  const std::string file = folder.file(
      "env", "NGCSHARE_SHARES=a=1\nwrong\nNGCSHARE_PASSWORD=geheim\nNGCSHARE_ENV_FILE=x\n");
  const std::string error = usage_error({"run", "--env-file", file});
  for (const std::string& said :
       {file + ": line 1: there is no NGCSHARE_SHARES; did you mean NGCSHARE_SHARE?",
        file + ": line 2: not NAME=VALUE", file + ": line 3: NGCSHARE_PASSWORD is not read",
        file + ": line 4: NGCSHARE_ENV_FILE cannot"}) {
    EXPECT_NE(error.find(said), std::string::npos) << said << " in: " << error;
  }
  EXPECT_EQ(error.find("geheim"), std::string::npos);
  EXPECT_NE(usage_error({"run", "--env-file", "/nonexistent"}).find("/nonexistent"),
            std::string::npos);
}

}  // namespace
}  // namespace ngcshare
