// Tests the files that flags name: passwords and lists of boot nodes.
#include <gtest/gtest.h>

#include "tests/bot/options/options_helpers.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using test::parse_connect;
using test::parse_run;
using test::usage_error;

const std::string kOtherKey(64, '1');

struct PasswordCase {
  const char* name;
  std::string content;
  std::string password;  // empty: refused
};

const PasswordCase kPasswords[] = {
    {"plain", "secret", "secret"},
    {"newline", "secret\n", "secret"},
    {"Windows newline", "secret\r\n", "secret"},
    {"several newlines", "secret\n\n", "secret"},
    {"spaces are part of it", " my secret ", " my secret "},
    {"newline inside is part of it", "my\nsecret\n", "my\nsecret"},
    {"not text", std::string("\0\xFF\x01", 3), std::string("\0\xFF\x01", 3)},
    {"32 bytes", std::string(32, 'p'), std::string(32, 'p')},
    {"32 bytes and a newline", std::string(32, 'p') + "\n", std::string(32, 'p')},
    {"33 bytes", std::string(33, 'p'), ""},
    {"empty", "", ""},
    {"only a newline", "\n", ""},
    {"a whole file", std::string(100000, 'p'), ""},
};

TEST(PasswordFile, EndsBeforeTheLinesEnd) {
  const test::TemporaryFolder folder;
  for (const PasswordCase& row : kPasswords) {
    const std::string path = folder.file("password", row.content);
    if (row.password.empty()) {
      const std::string error = usage_error({"run", "--password-file", path});
      EXPECT_NE(error.find("1 to 32 bytes"), std::string::npos) << row.name << ": " << error;
      EXPECT_EQ(error.find("ppp"), std::string::npos) << row.name << " shows the password";
    } else {
      EXPECT_EQ(parse_run({"--password-file", path}).password, row.password) << row.name;
      EXPECT_EQ(parse_connect({"--password-file", path}).password, row.password) << row.name;
    }
  }
}

TEST(PasswordFile, IsRefusedWhenItIsAFolder) {
  const test::TemporaryFolder folder;
  EXPECT_NE(usage_error({"run", "--password-file", folder.path().string()}), "");
}

TEST(Bootstrap, AddsToTheBuiltInList) {
  const std::string node = "127.0.0.1:33445:" + kOtherKey;
  const size_t built_in = default_bootstrap_nodes().size();
  EXPECT_EQ(parse_run({"--bootstrap", node}).common.bootstrap.size(), built_in + 1);
  const auto alone = parse_run({"--bootstrap", node, "--no-default-bootstrap"}).common.bootstrap;
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(alone[0].host, "127.0.0.1");
  EXPECT_TRUE(parse_run({"--no-default-bootstrap"}).common.bootstrap.empty());
}

TEST(BootstrapFile, TakesTheBuiltInListsPlace) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file(
      "nodes.json", R"({"nodes":[{"ipv4":"a","port":1,"public_key":")" + kOtherKey + "\"}]}");
  const auto nodes = parse_run({"--bootstrap-nodes", path}).common.bootstrap;
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0].host, "a");
}

TEST(BootstrapFile, IsNamedWhenItIsBroken) {
  const test::TemporaryFolder folder;
  const std::string path = folder.file("nodes.json", "{\"nodes\":[\n17");
  const std::string error = usage_error({"run", "--bootstrap-nodes", path});
  EXPECT_NE(error.find(path), std::string::npos) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos) << error;
}

}  // namespace
}  // namespace ngcshare
