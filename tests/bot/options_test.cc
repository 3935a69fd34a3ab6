#include "bot/options.h"

#include <gtest/gtest.h>

#include "tests/bot/options_helpers.h"
#include "tests/bot/temporary_folder.h"

namespace ngcshare {
namespace {

using test::Arguments;
using test::kChatId;
using test::parse;
using test::parse_connect;
using test::parse_run;
using test::usage_error;
using test::Variables;

const std::string kOtherKey(64, '1');

// -- what is refused -------------------------------------------------------------------------------

struct RefusedCase {
  const char* name;
  Arguments arguments;
  std::string said;  // in the message
};

const RefusedCase kRefused[] = {
    {"unknown subcommand", {"serve"}, "no command \"serve\""},
    {"subcommand in capitals", {"RUN"}, "no command"},
    {"empty subcommand", {""}, "no command"},
    {"flag before the subcommand", {"--json", "run"}, "no command"},
    {"unknown flag", {"run", "--bogus"}, "--bogus"},
    {"unknown flag with a value", {"run", "--bogus=1"}, "--bogus"},
    {"unknown short flag", {"run", "-x"}, "-x"},
    {"beginning of a flag", {"run", "--data"}, "--data"},
    {"flag with one dash", {"run", "-json"}, "no flag"},
    {"unknown flag of connect", {"connect", kChatId, "--bogus"}, "--bogus"},
    {"word for run", {"run", "web"}, "one word too many"},
    {"word for node", {"node", "web"}, "one word too many"},
    {"word for version", {"version", "web"}, "one word too many"},
    {"udp port 0", {"run", "--udp-port", "0"}, "--udp-port"},
    {"udp port 70000", {"run", "--udp-port", "70000"}, "--udp-port"},
    {"udp port negative", {"run", "--udp-port", "-1"}, "--udp-port"},
    {"udp port empty", {"run", "--udp-port", ""}, "--udp-port"},
    {"relay port 65536", {"node", "--tcp-relay-port", "65536"}, "--tcp-relay-port"},
    {"no chat id", {"connect"}, "CHAT_ID"},
    {"only flags", {"connect", "--all"}, "CHAT_ID"},
    {"empty chat id", {"connect", ""}, "no chat id"},
    {"chat id one digit short", {"connect", kChatId.substr(1)}, "no chat id"},
    {"chat id two digits long", {"connect", kChatId + "00"}, "no chat id"},
    {"Tox ID instead of a chat id", {"connect", kChatId + std::string(12, '0')}, "no chat id"},
    {"chat id with another letter", {"connect", "G" + kChatId.substr(1)}, "no chat id"},
    {"service before the chat id", {"connect", "web", kChatId}, "no chat id"},
    {"join without a chat id", {"run", "--join", "friends"}, "no chat id"},
    {"local port 0", {"connect", kChatId, "web=0"}, "SERVICE"},
    {"local port 70000", {"connect", kChatId, "web=70000"}, "SERVICE"},
    {"empty service", {"connect", kChatId, ""}, "SERVICE"},
    {"service of 65 bytes", {"connect", kChatId, std::string(65, 'n')}, "SERVICE"},
    {"private without create", {"run", "--private"}, "--create"},
    {"private with join", {"run", "--private", "--join", kChatId}, "--create"},
    {"empty group name", {"run", "--create", ""}, "--create"},
    {"group name of 49 bytes", {"run", "--create", std::string(49, 'n')}, "--create"},
    {"empty nick", {"run", "--nick", ""}, "--nick"},
    {"nick of 129 bytes", {"run", "--nick", std::string(129, 'n')}, "--nick"},
    {"share without a port", {"run", "--share", "web"}, "--share"},
    {"share with port 0", {"run", "--share", "web=0"}, "--share"},
    {"share with port 70000", {"run", "--share", "web=70000"}, "--share"},
    {"target that is none", {"run", "--allow-target", "10.0.0.0/33"}, "--allow-target"},
    {"owner that is none", {"run", "--owner", "me"}, "--owner"},
    {"boot node that is none", {"run", "--bootstrap", "127.0.0.1:33445"}, "--bootstrap"},
    {"list of boot nodes missing", {"run", "--bootstrap-nodes", "/nonexistent"}, "/nonexistent"},
    {"password file missing", {"run", "--password-file", "/nonexistent"}, "/nonexistent"},
    {"password file of connect missing",
     {"connect", kChatId, "--password-file", "/nonexistent"},
     "/nonexistent"},
    {"proxy without a scheme", {"run", "--proxy", "127.0.0.1:9050"}, "--proxy"},
    {"proxy of another scheme", {"run", "--proxy", "ftp://127.0.0.1:9050"}, "--proxy"},
    {"proxy without a port", {"run", "--proxy", "http://127.0.0.1"}, "--proxy"},
    {"proxy without a host", {"run", "--proxy", "http://:8080"}, "--proxy"},
    {"proxy with port 0", {"run", "--proxy", "http://a:0"}, "--proxy"},
    {"unknown log level", {"run", "--log-level", "loud"}, "--log-level"},
    {"unknown log format", {"run", "--log-format", "xml"}, "--log-format"},
    {"bind to a name", {"connect", kChatId, "--bind", "localhost"}, "--bind"},
    {"bind to a port", {"connect", kChatId, "--bind", "127.0.0.1:80"}, "--bind"},
    {"timeout 0", {"connect", kChatId, "--timeout", "0"}, "--timeout"},
    {"timeout negative", {"connect", kChatId, "--timeout", "-5"}, "--timeout"},
    {"timeout with a unit", {"connect", kChatId, "--timeout", "5s"}, "--timeout"},
};

TEST(Options, AreRefusedInOneLineThatNamesThem) {
  for (const RefusedCase& row : kRefused) {
    const std::string error = usage_error(row.arguments);
    EXPECT_NE(error.find(row.said), std::string::npos) << row.name << ": " << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << row.name << ": " << error;
  }
}

// -- values ----------------------------------------------------------------------------------------

TEST(RunOptions, HaveTheirDefaults) {
  const RunOptions options = parse_run({});
  EXPECT_EQ(options.common.data_dir, "/home/somebody/.local/share/ngcshare");
  EXPECT_EQ(options.common.nick, "ngcshare");
  EXPECT_EQ(options.common.log_level, "info");
  EXPECT_FALSE(options.common.log_json);
  EXPECT_FALSE(options.common.json);
  EXPECT_TRUE(options.common.tox.udp);
  EXPECT_TRUE(options.common.tox.local_discovery);
  EXPECT_EQ(options.common.tox.udp_port, 0);
  EXPECT_EQ(options.common.tox.tcp_relay_port, 0);
  EXPECT_FALSE(options.common.tox.proxy);
  EXPECT_EQ(options.common.bootstrap.size(), default_bootstrap_nodes().size());
  EXPECT_FALSE(options.create);
  EXPECT_TRUE(options.join.empty());
  EXPECT_EQ(options.password, "");
  EXPECT_TRUE(options.shares.empty());
  EXPECT_TRUE(options.owners.empty());
  EXPECT_FALSE(options.targets.allows_host("10.0.0.1"));
}

TEST(RunOptions, HoldWhatTheFlagsSay) {
  const RunOptions options =
      parse_run({"--create", "friends", "--private", "--join", kChatId, "--join", kOtherKey,
                 "--share", "web=80", "--share=game=25565/both@10.0.0.7", "--allow-target",
                 "10.0.0.0/8", "--allow-target", "nas.lan", "--owner", kOtherKey, "--nick", "gate",
                 "--no-udp", "--no-local-discovery", "--udp-port", "33445", "--tcp-relay-port",
                 "3389", "--json", "--log-level", "trace", "--log-format", "json", "--data-dir",
                 "/srv/data"});
  EXPECT_EQ(options.create, "friends");
  EXPECT_TRUE(options.create_private);
  EXPECT_EQ(options.join, (std::vector<Key>{*parse_key(kChatId), *parse_key(kOtherKey)}));
  ASSERT_EQ(options.shares.size(), 2U);
  EXPECT_EQ(options.shares[0].name, "web");
  EXPECT_EQ(options.shares[1].host, "10.0.0.7");
  EXPECT_TRUE(options.targets.allows_host("10.1.2.3"));
  EXPECT_TRUE(options.targets.allows_host("nas.lan"));
  EXPECT_EQ(options.owners, std::set<Key>{*parse_key(kOtherKey)});
  EXPECT_EQ(options.common.nick, "gate");
  EXPECT_FALSE(options.common.tox.udp);
  EXPECT_FALSE(options.common.tox.local_discovery);
  EXPECT_EQ(options.common.tox.udp_port, 33445);
  EXPECT_EQ(options.common.tox.tcp_relay_port, 3389);
  EXPECT_TRUE(options.common.json);
  EXPECT_EQ(options.common.log_level, "trace");
  EXPECT_TRUE(options.common.log_json);
  EXPECT_EQ(options.common.data_dir, "/srv/data");
}

TEST(RunOptions, TakeNamesOfTheLongestLength) {
  EXPECT_EQ(parse_run({"--create", std::string(48, 'n')}).create, std::string(48, 'n'));
  EXPECT_EQ(parse_run({"--nick", std::string(128, 'n')}).common.nick.size(), 128U);
}

TEST(ConnectOptions, HaveTheirDefaults) {
  const ConnectOptions options = parse_connect({});
  EXPECT_EQ(options.chat_id, *parse_key(kChatId));
  EXPECT_EQ(options.common.data_dir, "/home/somebody/.local/share/ngcshare-member");
  EXPECT_EQ(options.common.log_level, "warn");
  EXPECT_TRUE(options.connector.wanted.empty());
  EXPECT_FALSE(options.connector.all);
  EXPECT_FALSE(options.connector.only_list);
  EXPECT_EQ(options.connector.bind_address.to_string(), "127.0.0.1");
  EXPECT_FALSE(options.timeout);
}

TEST(ConnectOptions, HoldWhatFlagsAndWordsSay) {
  const ConnectOptions options =
      parse_connect({"web", "--all", "game=2000", "--list", "--bind", "::1", "--timeout", "30"});
  ASSERT_EQ(options.connector.wanted.size(), 2U);
  EXPECT_EQ(options.connector.wanted[0].name, "web");
  EXPECT_FALSE(options.connector.wanted[0].local_port);
  EXPECT_EQ(options.connector.wanted[1].name, "game");
  EXPECT_EQ(options.connector.wanted[1].local_port, 2000);
  EXPECT_TRUE(options.connector.all);
  EXPECT_TRUE(options.connector.only_list);
  EXPECT_EQ(options.connector.bind_address.to_string(), "::1");
  EXPECT_EQ(options.timeout, std::chrono::seconds(30));
}

TEST(ConnectOptions, TakeAChatIdInLowerCase) {
  const auto options = std::get<ConnectOptions>(parse({"connect", std::string(64, 'a')}));
  EXPECT_EQ(options.chat_id, *parse_key(std::string(64, 'A')));
}

// Only with this word can a service be named whose name begins with a dash.
TEST(ConnectOptions, TakeWordsBehindTwoDashesAsTheyAre) {
  const auto options = std::get<ConnectOptions>(parse({"connect", kChatId, "--", "-web"}));
  ASSERT_EQ(options.connector.wanted.size(), 1U);
  EXPECT_EQ(options.connector.wanted[0].name, "-web");
}

TEST(Switch, SetToFalseIsOff) {
  for (const char* text : {"--json=false", "--json=0"}) {
    const Arguments arguments = {"run", text};
    if (!usage_error(arguments).empty()) continue;  // refusing it is as good
    EXPECT_FALSE(std::get<RunOptions>(parse(arguments)).common.json) << text;
  }
}

// -- environment -----------------------------------------------------------------------------------

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

// -- data folder -----------------------------------------------------------------------------------

struct FolderCase {
  const char* name;
  Variables variables;
  const char* folder;
};

const FolderCase kFolders[] = {
    {"home", {{"HOME", "/h"}}, "/h/.local/share/ngcshare"},
    {"XDG", {{"HOME", "/h"}, {"XDG_DATA_HOME", "/x"}}, "/x/ngcshare"},
    {"XDG without home", {{"HOME", ""}, {"XDG_DATA_HOME", "/x"}}, "/x/ngcshare"},
    {"relative XDG is ignored", {{"HOME", "/h"}, {"XDG_DATA_HOME", "x"}}, "/h/.local/share/ngcshare"},
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

// -- files -----------------------------------------------------------------------------------------

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

// -- proxy, help, version --------------------------------------------------------------------------

struct ProxyCase {
  const char* text;
  bool socks5;
  const char* host;
  uint16_t port;
};

const ProxyCase kProxies[] = {
    {"socks5://127.0.0.1:9050", true, "127.0.0.1", 9050},
    {"http://proxy.example:8080", false, "proxy.example", 8080},
    {"socks5://[::1]:9050", true, "::1", 9050},  // toxcore knows no brackets
};

TEST(Proxy, IsAUrl) {
  for (const ProxyCase& row : kProxies) {
    const auto proxy = parse_run({"--proxy", row.text}).common.tox.proxy;
    ASSERT_TRUE(proxy) << row.text;
    EXPECT_EQ(proxy->socks5, row.socks5) << row.text;
    EXPECT_EQ(proxy->host, row.host) << row.text;
    EXPECT_EQ(proxy->port, row.port) << row.text;
  }
}

std::string printed(const Arguments& arguments) {
  const Options options = parse(arguments);
  const auto* print = std::get_if<PrintOptions>(&options);
  return print == nullptr ? "" : print->text;
}

TEST(Help, IsPrintedWithoutAnyCommand) {
  for (const Arguments& arguments : {Arguments{}, Arguments{"help"}, Arguments{"--help"}}) {
    EXPECT_NE(printed(arguments).find("ngcshare connect"), std::string::npos);
  }
}

TEST(Help, OfASubcommandNeedsNothingElse) {
  for (const char* name : {"run", "connect", "node", "version"}) {
    EXPECT_NE(printed({name, "--help"}).find("--data-dir"), std::string::npos) << name;
  }
  EXPECT_NE(printed({"connect", "--udp-port", "0", "--help"}), "");
}

TEST(Version, NamesTheProgramAndToxcore) {
  for (const char* name : {"version", "--version"}) {
    const std::string text = printed({name});
    EXPECT_EQ(text.find("ngcshare "), 0U) << text;
    EXPECT_NE(text.find("toxcore " + ToxNode::version()), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace ngcshare
