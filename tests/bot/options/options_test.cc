#include "bot/options/options.h"

#include <gtest/gtest.h>

#include "bot/tox/toxcore_copy.h"
#include "tests/bot/options/options_helpers.h"

namespace ngcshare {
namespace {

using test::Arguments;
using test::kChatId;
using test::parse;
using test::parse_connect;
using test::parse_run;
using test::usage_error;

const std::string kOtherKey(64, '1');

// A link to a group in a Tox network of its own.
InvitationLink sample_link() {
  InvitationLink link;
  link.chat_id = *parse_key(kChatId);
  link.secret = {1, 2, 3};
  link.password = "sesame";
  link.own_network = true;
  link.nodes = {{"192.0.2.7", 33445, 0, *parse_key(kOtherKey)},
                {"boot.example.org", 33445, 3389, *parse_key(kOtherKey)}};
  return link;
}

// -- refusals ------------------------------------------------------------------------------------

struct RefusedCase {
  const char* name;
  Arguments arguments;
  std::string said;  // in the message
};

const RefusedCase kRefused[] = {
    {"unknown subcommand", {"serve"}, "unknown command \"serve\""},
    {"subcommand in capitals", {"RUN"}, "unknown command"},
    {"empty subcommand", {""}, "unknown command"},
    {"flag before the subcommand", {"--json", "run"}, "unknown command"},
    {"unknown flag", {"run", "--bogus"}, "--bogus"},
    {"unknown flag with a value", {"run", "--bogus=1"}, "--bogus"},
    {"unknown short flag", {"run", "-x"}, "-x"},
    {"beginning of a flag", {"run", "--data"}, "--data"},
    {"flag with one dash", {"run", "-json"}, "no flag"},
    {"unknown flag of connect", {"connect", kChatId, "--bogus"}, "--bogus"},
    {"nearly a flag", {"run", "--shares", "web=80"}, "did you mean --share?"},
    {"flag of another subcommand", {"node", "--share", "web=80"}, "a flag of ngcshare run"},
    {"nearly a subcommand", {"rum"}, "did you mean run?"},
    {"last flag without its value", {"run", "--json", "--share"}, "--share needs a value"},
    {"switch that is neither on nor off", {"run", "--json=perhaps"}, "--json is a switch"},
    {"word for run", {"run", "web"}, "unexpected \"web\"; see ngcshare run --help"},
    {"share without its flag", {"run", "web=80"}, "did you mean --share web=80?"},
    {"no share without its flag", {"node", "web=80"}, "see ngcshare node --help"},
    {"word for node", {"node", "web"}, "unexpected \"web\""},
    {"word for version", {"version", "web"}, "unexpected \"web\""},
    {"udp port 0", {"run", "--udp-port", "0"}, "--udp-port"},
    {"udp port 70000", {"run", "--udp-port", "70000"}, "--udp-port"},
    {"udp port negative", {"run", "--udp-port", "-1"}, "--udp-port"},
    {"udp port empty", {"run", "--udp-port", ""}, "--udp-port"},
    {"relay port 65536", {"node", "--tcp-relay-port", "65536"}, "--tcp-relay-port"},
    {"no chat id", {"connect"}, "CHAT_ID"},
    {"only flags", {"connect", "--all"}, "CHAT_ID"},
    {"empty chat id", {"connect", ""}, "is not a chat id"},
    {"chat id one digit short", {"connect", kChatId.substr(1)}, "is not a chat id"},
    {"chat id two digits long", {"connect", kChatId + "00"}, "is not a chat id"},
    {"Tox ID instead of a chat id",
     {"connect", kChatId + std::string(12, '0')},
     "is a Tox ID, not a chat id"},
    {"chat id with another letter", {"connect", "G" + kChatId.substr(1)}, "is not a chat id"},
    {"service before the chat id", {"connect", "web", kChatId}, "is not a chat id"},
    {"join without a chat id", {"run", "--join", "friends"}, "is not a chat id"},
    {"local port 0", {"connect", kChatId, "web=0"}, "SERVICE"},
    {"local port 70000", {"connect", kChatId, "web=70000"}, "SERVICE"},
    {"empty service", {"connect", kChatId, ""}, "SERVICE"},
    {"too few digits of a gateway", {"connect", kChatId, "web@E897"}, "at least 16"},
    {"a name that cannot be seen",
     {"connect", kChatId,
      "we\xE2\x80\x8B"
      "b"},
     "cannot be seen"},
    {"trust in no gateway", {"connect", kChatId, "web", "--trust"}, "SERVICE@GATEWAY"},
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
    {"a name shared twice", {"run", "--share", "a=1", "--share", "b=1", "--share", "a=2"}, "twice"},
    {"invite with a mistake", {"run", "--invite", std::string(75, '0') + "1"}, "checksum"},
    {"invited by with a mistake",
     {"connect", test::kChatId, "--invited-by", std::string(72, 'A') + "0001"},
     "checksum"},
    {"link with a mistake", {"connect", "ngcshare:AQAAAQ"}, "typing error"},
    {"link and an inviter",
     {"connect", to_text(sample_link()), "--invited-by", std::string(76, '0')},
     "--invited-by is for a CHAT_ID"},
    {"target that is none", {"run", "--allow-target", "10.0.0.0/33"}, "--allow-target"},
    {"ports that are none", {"run", "--admin-ports", "80-"}, "--admin-ports: \"80-\" is not a"},
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

// -- values --------------------------------------------------------------------------------------

TEST(ConnectOptions, TakeTheUsersNameForTheNickname) {
  const auto nick = [](const test::Variables& variables, const test::Arguments& more = {}) {
    return parse_connect(more, variables).common.nick;
  };
  EXPECT_EQ(nick({{"USER", "anna"}}), "anna");
  EXPECT_EQ(nick({{"LOGNAME", "anna"}, {"USERNAME", "Bea"}}), "anna");
  EXPECT_EQ(nick({{"USERNAME", "Bea"}}), "Bea");
  EXPECT_EQ(nick({{"USER", "anna"}}, {"--nick", "Ann"}), "Ann");
  for (const std::string unfit : {"", "root", "a\nb"}) {
    EXPECT_EQ(nick({{"USER", unfit}}), "ngcshare-member") << unfit;
  }
  EXPECT_EQ(nick({{"USER", std::string(129, 'n')}}), "ngcshare-member");
}

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
  EXPECT_TRUE(options.group_roles);
  EXPECT_FALSE(options.admin_ports.contains(25565, 25565));
  EXPECT_FALSE(options.targets.allows_host("10.0.0.1"));
}

TEST(RunOptions, HoldWhatTheFlagsSay) {
  const RunOptions options = parse_run({"--create",
                                        "friends",
                                        "--private",
                                        "--join",
                                        kChatId,
                                        "--join",
                                        kOtherKey,
                                        "--share",
                                        "web=80",
                                        "--share=game=25565/both@10.0.0.7",
                                        "--allow-target",
                                        "10.0.0.0/8",
                                        "--allow-target",
                                        "nas.lan",
                                        "--owner",
                                        kOtherKey,
                                        "--nick",
                                        "gate",
                                        "--no-udp",
                                        "--no-local-discovery",
                                        "--udp-port",
                                        "33445",
                                        "--tcp-relay-port",
                                        "3389",
                                        "--json",
                                        "--log-level",
                                        "trace",
                                        "--log-format",
                                        "json",
                                        "--data-dir",
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

TEST(RunOptions, CollectTheAdminPorts) {
  const RunOptions options =
      parse_run({"--admin-ports", "25565,30000-30100", "--admin-ports", "80"});
  EXPECT_TRUE(options.admin_ports.contains(25565, 25565));
  EXPECT_TRUE(options.admin_ports.contains(30000, 30100));
  EXPECT_TRUE(options.admin_ports.contains(80, 80));
  EXPECT_FALSE(options.admin_ports.contains(22, 22));
  const RunOptions listed = parse_run({}, {{"NGCSHARE_ADMIN_PORTS", "25565, 30000-30100"}});
  EXPECT_TRUE(listed.admin_ports.contains(25565, 25565));
  EXPECT_TRUE(listed.admin_ports.contains(30000, 30100));
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
  EXPECT_TRUE(options.wanted.empty());
  EXPECT_FALSE(options.all);
  EXPECT_FALSE(options.only_list);
  EXPECT_FALSE(options.trust);
  EXPECT_EQ(options.bind_address.to_string(), "127.0.0.1");
  EXPECT_FALSE(options.timeout);
}

TEST(ConnectOptions, HoldWhatFlagsAndWordsSay) {
  const ConnectOptions options =
      parse_connect({"web", "--all", "game=2000", "--list", "--bind", "::1", "--timeout", "30"});
  ASSERT_EQ(options.wanted.size(), 2U);
  EXPECT_EQ(options.wanted[0].name, "web");
  EXPECT_FALSE(options.wanted[0].local_port);
  EXPECT_EQ(options.wanted[1].name, "game");
  EXPECT_EQ(options.wanted[1].local_port, 2000);
  EXPECT_TRUE(options.all);
  EXPECT_TRUE(options.only_list);
  EXPECT_EQ(options.bind_address.to_string(), "::1");
  EXPECT_EQ(options.timeout, std::chrono::seconds(30));
}

TEST(ConnectOptions, TrustAGatewayThatIsNamedByItsKey) {
  EXPECT_TRUE(parse_connect({"web@0123456789ABCDEF", "--trust"}).trust);
}

TEST(ConnectOptions, TakeAChatIdInLowerCase) {
  const auto options = std::get<ConnectOptions>(parse({"connect", std::string(64, 'a')}));
  EXPECT_EQ(options.chat_id, *parse_key(std::string(64, 'A')));
}

// A service whose name begins with a dash can be named only after "--".
TEST(ConnectOptions, TakeWordsBehindTwoDashesAsTheyAre) {
  const auto options = std::get<ConnectOptions>(parse({"connect", kChatId, "--", "-web"}));
  ASSERT_EQ(options.wanted.size(), 1U);
  EXPECT_EQ(options.wanted[0].name, "-web");
}

TEST(CtlOptions, HaveTheirDefaults) {
  const auto options = std::get<CtlOptions>(test::parse({"ctl"}));
  EXPECT_EQ(options.data_dir, "/home/somebody/.local/share/ngcshare");
  EXPECT_FALSE(options.json);
  EXPECT_TRUE(options.words.empty());
}

TEST(CtlOptions, HoldWhatFlagsAndWordsSay) {
  const auto options = std::get<CtlOptions>(
      test::parse({"ctl", "--data-dir", "/d", "share", "my server", "80", "--json"}));
  EXPECT_EQ(options.data_dir, "/d");
  EXPECT_TRUE(options.json);
  EXPECT_EQ(options.words, (Arguments{"share", "my server", "80"}));
  const auto dashes = std::get<CtlOptions>(test::parse({"ctl", "--", "share", "--json"}));
  EXPECT_FALSE(dashes.json);
  EXPECT_EQ(dashes.words, (Arguments{"share", "--json"}));
}

TEST(CtlOptions, FindTheFolderInTheEnvironmentToo) {
  const auto options =
      std::get<CtlOptions>(test::parse({"ctl", "help"}, {{"NGCSHARE_DATA_DIR", "/e"}}));
  EXPECT_EQ(options.data_dir, "/e");
}

TEST(Switch, SetToFalseIsOff) {
  for (const char* text : {"--json=false", "--json=0"}) {
    const Arguments arguments = {"run", text};
    if (!usage_error(arguments).empty()) continue;  // refusing it is fine, too
    EXPECT_FALSE(std::get<RunOptions>(parse(arguments)).common.json) << text;
  }
}

// -- proxy, help, version ------------------------------------------------------------------------

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

TEST(Connect, TakesALinkInPlaceOfTheChatId) {
  const std::string text = to_text(sample_link());
  const auto options = std::get<ConnectOptions>(parse({"connect", text, "web=8080"}));
  EXPECT_EQ(options.link, sample_link());
  EXPECT_EQ(options.chat_id, sample_link().chat_id);
  EXPECT_EQ(options.password, "sesame");
  ASSERT_EQ(options.wanted.size(), 1U);
  EXPECT_EQ(options.wanted[0].name, "web");
  EXPECT_FALSE(parse_connect({}).link);
}

TEST(Connect, AsksTheNodesOfALinkAndInANetworkOfItsOwnNoBuiltInOnes) {
  InvitationLink link = sample_link();
  const Arguments arguments{"connect", to_text(link), "--bootstrap", "192.0.2.9:1:" + kOtherKey};
  const auto alone = std::get<ConnectOptions>(parse(arguments)).common.bootstrap;
  ASSERT_EQ(alone.size(), 3U);
  EXPECT_EQ(alone[0].host, "192.0.2.9");
  EXPECT_FALSE(alone[0].first);
  const BootstrapNode near{"192.0.2.7", 33445, {}, *parse_key(kOtherKey), true};
  EXPECT_EQ(alone[1], near);
  EXPECT_EQ(alone[2].tcp_ports, std::vector<uint16_t>{3389});
  link.own_network = false;
  const auto both = std::get<ConnectOptions>(parse({"connect", to_text(link)})).common.bootstrap;
  EXPECT_EQ(both.size(), default_bootstrap_nodes().size() + 2);
}

TEST(Help, OfASubcommandNeedsNothingElse) {
  for (const char* name : {"run", "connect", "backup", "restore", "node", "version"}) {
    EXPECT_NE(test::printed({name, "--help"}).find("--data-dir"), std::string::npos) << name;
  }
  EXPECT_NE(test::printed({"connect", "--udp-port", "0", "--help"}), "");
}

TEST(Version, NamesTheProgramAndToxcore) {
  for (const char* name : {"version", "--version", "-v", "-V"}) {
    const std::string text = test::printed({name});
    EXPECT_EQ(text.find("ngcshare "), 0U) << text;
    EXPECT_NE(text.find("toxcore " + describe(linked_toxcore())), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace ngcshare
