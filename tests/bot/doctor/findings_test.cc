// Tests each check of the doctor with figures and folders.
#include "bot/doctor/findings.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "bot/checks/clock.h"
#include "storage/folder/data_folder.h"
#include "storage/stores/group_store.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;
using asio::ip::make_address;
using enum CheckState;

// A check has advice exactly when it is not ok.
void expect_check(const Finding& check, CheckState state, std::string_view finding,
                  const std::string& name) {
  EXPECT_EQ(check.state, state) << name << ": " << check.finding;
  EXPECT_NE(check.finding.find(finding), std::string::npos) << name << ": " << check.finding;
  EXPECT_EQ(check.advice.empty(), state == kOk) << name << ": " << check.advice;
}

TEST(JudgeSystem, WarnsOfWhatIsTooOldOrTooSmall) {
  const ToxcoreCopy old{.version = "0.2.22"};
  const ToxcoreCopy mended{.version = "0.2.22",
                           .is_mended = true,
                           .announces_groups = true,
                           .checks_invitations = true,
                           .bounds_peers = true,
                           .repeats_keys = true,
                           .follows_addresses = true};
  ToxcoreCopy release{.version = "0.2.23", .is_release = true, .announces_groups = true};
  expect_check(judge_toxcore(release, false), kWarn, "use up the memory", "new, half");
  release.bounds_peers = true;
  expect_check(judge_toxcore(release, false), kWarn, "by the search for it only", "new, but three");
  release.checks_invitations = true;
  expect_check(judge_toxcore(release, false), kWarn,
               "0.2.23: a member whose address changes is not reached for a minute; a packet lost",
               "new, but two");
  release.follows_addresses = release.repeats_keys = true;
  expect_check(judge_toxcore(release, false), kOk, "0.2.23", "new");
  expect_check(judge_toxcore({.version = "0.2.23", .is_release = true}, false), kWarn,
               "new members may not find its group", "new, from the system");
  expect_check(judge_toxcore(mended, false), kOk, "0.2.22, mended", "mended");
  expect_check(judge_toxcore(old, false), kFail, "GHSA-42vg-9mg3-399f", "refused");
  expect_check(judge_toxcore(old, true), kWarn, "GHSA-42vg-9mg3-399f", "accepted");
  expect_check(judge_descriptors(4096), kOk, "4096", "many");
  expect_check(judge_descriptors(1024), kWarn, "only 1024", "few");
  expect_check(judge_buffers(2 << 20, 4 << 20), kOk, "to receive", "large");
  expect_check(judge_buffers(2 << 20, 212992), kWarn, "213 kB to send", "small to send");
  expect_check(judge_buffers(212992, 2 << 20), kWarn, "213 kB to receive", "small to receive");
  expect_check(judge_space(5'000'000'000), kOk, "5 GB free", "roomy");
  expect_check(judge_space(50'000'000), kWarn, "only 50 MB free", "tight");
  expect_check(judge_space(5'000'000), kFail, "only 5 MB free", "full");
}

nlohmann::json status(std::string_view network, std::string_view not_ready,
                      std::initializer_list<bool> connected) {
  auto groups = nlohmann::json::array();
  for (const bool one : connected) groups.push_back({{"name", "friends"}, {"connected", one}});
  return {{"ready", not_ready.empty()},
          {"not_ready", not_ready},
          {"network", network},
          {"groups", groups}};
}

TEST(JudgeGateway, FollowsFromWhatTheGatewayTells) {
  Checks checks = judge_gateway("process 7", status("udp", "", {true}));
  ASSERT_EQ(checks.size(), 2U);
  expect_check(checks[0], kOk, "runs (process 7), connected by UDP", "ready");
  expect_check(checks[1], kOk, "1 of 1", "connected");
  checks = judge_gateway("process 7", status("tcp", "", {true, true}));
  expect_check(checks[0], kOk, "by TCP relays", "relays");
  checks = judge_gateway("process 7", status("udp", "not yet in the group b", {true, false}));
  expect_check(checks[0], kWarn, "is not ready: not yet in the group b", "not ready");
  expect_check(checks[1], kWarn, "1 of 2", "one");
  EXPECT_EQ(checks[1].figures["connected"], 1);
  checks = judge_gateway("process 7", status("udp", "", {}));
  expect_check(checks[1], kWarn, "in no group", "none");
}

TEST(JudgeGateway, NamesGroupsThatItCannotGetInto) {
  nlohmann::json kicked = status("udp", "not yet in the group friends", {false, true});
  kicked["groups"][0]["problem"] = "kicked out once";
  const Checks checks = judge_gateway("process 7", kicked);
  expect_check(checks[1], kWarn, "1 of 2 connected; friends: kicked out once", "kicked");
  EXPECT_NE(checks[1].advice.find("founder"), std::string::npos);
}

TEST(JudgeGateway, NamesACopy) {
  nlohmann::json copied = status("udp", "", {true});
  copied["copied"] = "a copy runs elsewhere; end one of them";
  const Checks checks = judge_gateway("process 7", copied);
  ASSERT_EQ(checks.size(), 3U);
  expect_check(checks[2], kFail, "a copy runs elsewhere", "copied");
  EXPECT_EQ(checks[2].advice, "end one of them");
}

TEST(JudgeGateway, TakesAnyAnswer) {
  for (const char* text : {"", "[]", "7", "{}", R"({"network":1,"not_ready":"","groups":[]})",
                           R"({"network":"udp","not_ready":"","groups":[{"connected":"yes"}]})",
                           R"({"network":"udp","not_ready":"","groups":"none"})"}) {
    const Checks checks = judge_gateway("process 7", nlohmann::json::parse(text, nullptr, false));
    ASSERT_EQ(checks.size(), 1U) << text;
    expect_check(checks[0], kWarn, "its status cannot be read", text);
  }
}

BootNodeFigures node(bool udp, bool tcp) {
  BootNodeFigures figures{.resolved = true, .by_udp = true, .by_tcp = true};
  if (udp) figures.udp = 48ms;
  if (tcp) figures.tcp = 300us;
  return figures;
}

NetworkFigures network(size_t udp, size_t tcp, size_t all) {
  NetworkFigures figures{.limit = 30s, .nodes = {}, .tox = {}, .seen = {}};
  for (size_t i = 0; i < all; ++i) figures.nodes.push_back(node(i < udp, i < tcp));
  return figures;
}

TEST(JudgeUdp, FollowsFromHowManyNodesAnswer) {
  expect_check(*judge_udp(network(9, 12, 12)), kOk, "9 of 12 boot nodes answer, median 48 ms", "9");
  expect_check(*judge_udp(network(3, 12, 12)), kWarn, "3 of 12", "few");
  expect_check(*judge_udp(network(0, 5, 12)), kWarn, "none of 12", "blocked, TCP works");
  expect_check(*judge_udp(network(0, 0, 12)), kFail, "none of 12", "nothing works");
  expect_check(*judge_udp(network(0, 0, 1)), kFail, "the boot node does not answer", "only one");
  NetworkFigures figures = network(0, 0, 2);
  for (auto& entry : figures.nodes) entry.by_udp = false;
  expect_check(*judge_udp(figures), kFail, "no route", "no route");
  for (auto& entry : figures.nodes) entry.resolved = false;
  EXPECT_FALSE(judge_udp(figures)) << "said of the names";
  figures.udp_on = false;
  expect_check(*judge_udp(figures), kOk, "off, as configured", "off");
}

TEST(JudgeTcp, FollowsFromHowManyRelaysAnswer) {
  expect_check(*judge_tcp(network(9, 11, 12)), kOk, "11 of 12 boot nodes answer, median 0.30 ms",
               "11");
  expect_check(*judge_tcp(network(9, 0, 12)), kWarn, "none of 12", "UDP works");
  expect_check(*judge_tcp(network(0, 0, 12)), kFail, "none of 12", "nothing works");
  EXPECT_FALSE(judge_tcp(network(0, 0, 0)));
  NetworkFigures cut_off = network(0, 0, 2);
  for (auto& entry : cut_off.nodes) entry.by_tcp = false;
  EXPECT_FALSE(judge_tcp(cut_off)) << "said of UDP";
  cut_off.udp_on = false;
  expect_check(*judge_tcp(cut_off), kFail, "no route to any boot node's relay", "no route");
  NetworkFigures figures = network(0, 0, 0);
  figures.proxy = true;
  expect_check(*judge_tcp(figures), kFail, "does not answer", "proxy down");
  figures.proxy_connect = 2ms;
  expect_check(*judge_tcp(figures), kOk, "answers in 2.0 ms", "proxy up");
}

TEST(JudgeNames, TellsWhenTheNameServerIsTheTrouble) {
  NetworkFigures figures = network(0, 0, 4);
  expect_check(*judge_names(figures), kOk, "4 known", "all");
  figures.nodes[0].resolved = false;
  expect_check(*judge_names(figures), kOk, "1 could not", "one");
  figures.nodes[1].resolved = false;
  expect_check(*judge_names(figures), kWarn, "2 could not", "half");
  figures.nodes[2].resolved = figures.nodes[3].resolved = false;
  expect_check(*judge_names(figures), kFail, "4 could not", "none");
  expect_check(*judge_names(network(0, 0, 0)), kWarn, "none are known", "empty list");
  figures.proxy = true;
  EXPECT_FALSE(judge_names(figures));
}

TEST(JudgeTox, FollowsFromHowTheNetworkWasReached) {
  NetworkFigures figures = network(1, 1, 1);
  expect_check(judge_tox(figures), kFail, "not reached in 30 s", "not");
  figures.tox.any = 4100ms;
  expect_check(judge_tox(figures), kWarn, "TCP relay after 4.1 s, not by UDP", "TCP");
  figures.local = true;
  expect_check(judge_tox(figures), kOk, "TCP relay after 4.1 s", "TCP in a local network");
  figures.local = false;
  figures.udp_on = false;
  expect_check(judge_tox(figures), kOk, "TCP relay after 4.1 s", "TCP as configured");
  figures.udp_on = true;
  figures.tox.udp = 5200ms;
  expect_check(judge_tox(figures), kOk, "by UDP after 5.2 s", "UDP");
  figures.tox.problem = "no such proxy";
  expect_check(judge_tox(figures), kFail, "no such proxy", "not started");
  figures.tox.port_in_use = true;
  expect_check(judge_tox(figures), kFail, "every usable port", "no port is free");
  figures.tcp_port = 3389;
  expect_check(judge_tox(figures), kFail, "TCP port 3389 is taken", "its port is taken");
  figures.udp_port = 33445;
  expect_check(judge_tox(figures), kFail, "UDP port 33445 or TCP port 3389", "one of both");
}

TEST(JudgeTox, SaysWhereToBegin) {
  EXPECT_NE(judge_tox(network(0, 0, 0)).advice.find("--bootstrap"), std::string::npos);
  EXPECT_NE(judge_tox(network(0, 0, 3)).advice.find("no boot node answers: see above"),
            std::string::npos);
  EXPECT_NE(judge_tox(network(1, 0, 3)).advice.find("--timeout"), std::string::npos);
  NetworkFigures figures = network(0, 0, 3);
  figures.proxy = true;
  EXPECT_NE(judge_tox(figures).advice.find("--proxy"), std::string::npos);
}

TEST(JudgeNat, PutsTheGuessIntoWords) {
  using Kind = NatGuess::Kind;
  const asio::ip::udp::endpoint seen(make_address("203.0.113.1"), 4000);
  for (const auto& [kind, state, finding] : std::vector<std::tuple<Kind, CheckState, const char*>>{
           {Kind::kUnknown, kOk, "unknown"},
           {Kind::kNone, kOk, "own address and port, 203.0.113.1:4000"},
           {Kind::kSomeNat, kOk, "a single node"},
           {Kind::kKeepsPort, kOk, "keeps ports"},
           {Kind::kSamePort, kOk, "direct connections are likely"},
           {Kind::kChanging, kWarn, "symmetric"}}) {
    const NatGuess guess{kind, 3, seen};
    expect_check(*judge_nat(network(3, 3, 3), guess), state, finding, finding);
    EXPECT_FALSE(judge_nat(network(0, 3, 3), guess)) << "said of UDP";
  }
  NetworkFigures local = network(3, 3, 3);
  local.local = true;
  expect_check(*judge_nat(local, {Kind::kNone, 3, seen}), kOk, "in the local network", "local");
}

TargetFigures target(std::vector<storage::PortRange> ports) {
  TargetFigures figures{.service = {}, .tcp = {}};
  figures.service.name = "web";
  figures.service.host = "10.0.0.7";
  figures.service.ports = std::move(ports);
  return figures;
}

TEST(JudgeTarget, FollowsFromWhatAnswers) {
  TargetFigures figures = target({{80, 81, true, false}});
  figures.tcp = {{80, 2ms}, {81, 4ms}};
  expect_check(judge_target(figures), kOk, "tcp 80-81 at 10.0.0.7 answers in 4.0 ms", "up");
  figures.tcp[1].connect = std::nullopt;
  expect_check(judge_target(figures), kFail, "tcp 81 at 10.0.0.7 does not answer", "one down");
  figures.tcp[0].connect = std::nullopt;
  expect_check(judge_target(figures), kFail, "tcp 80, 81 at 10.0.0.7 do not", "both down");
  figures.refused = address_not_allowed("nas", make_address("127.0.0.1"));
  expect_check(judge_target(figures), kFail, "nas resolves to 127.0.0.1, which is loopback",
               "refused");
  EXPECT_NE(judge_target(figures).advice.find("--allow-target nas=127.0.0.1"), std::string::npos);
  figures.resolved = false;
  expect_check(judge_target(figures), kFail, "the name 10.0.0.7", "not found");
  figures.service.health = storage::ServiceHealth::kOff;
  expect_check(judge_target(figures), kOk, "is not checked, because of health=off", "unchecked");
  figures.allowed = false;
  expect_check(judge_target(figures), kFail, "not an allowed target", "not allowed");
  figures.service.enabled = false;
  expect_check(judge_target(figures), kOk, "is disabled", "off");
  expect_check(judge_target(target({{7, 7, false, true}})), kOk,
               "udp 7 at 10.0.0.7 cannot be checked", "udp");
  TargetFigures both = target({{80, 80, true, true}});
  both.tcp = {{80, 2ms}};
  expect_check(judge_target(both), kOk, "tcp answers in 2.0 ms, udp cannot", "both");
}

TEST(JudgeTarget, NamesFiveOfManySilentPorts) {
  TargetFigures figures = target({{1, 9, true, false}});
  for (uint16_t port = 1; port <= 9; ++port) figures.tcp.push_back({.port = port});
  expect_check(judge_target(figures), kFail, "tcp 1, 2, 3, 4, 5 and 4 more at", "nine");
}

TEST(CheckFolder, TellsWhetherAGatewayCouldWorkThere) {
  const test::TemporaryFolder folder;
  expect_check(check_folder(folder / "new/deep"), kOk, "does not exist yet", "missing");
  EXPECT_FALSE(std::filesystem::exists(folder / "new"));
  const std::string file = folder.file("file", "x");
  expect_check(check_folder(file), kFail, "is not a folder", "a file");
  expect_check(check_folder(file + "/below"), kFail, "below", "below a file");
  expect_check(check_folder(folder.path()), kOk, "free", "private");
  ::chmod(folder.path().c_str(), 0755);
  expect_check(check_folder(folder.path()), kWarn, "mode 0755", "open");
}

TEST(CheckProfile, TellsWhetherItIsThereAndReadable) {
  const test::TemporaryFolder folder;
  expect_check(check_profile(folder.path(), ""), kOk, "none yet", "missing");
  folder.file("profile.tox", std::string(500, 'x'));
  expect_check(check_profile(folder.path(), ""), kOk, "not encrypted", "plain");
  const std::string encrypted = "toxEsave" + std::string(500, 'x');
  folder.file("profile.tox", encrypted);
  expect_check(check_profile(folder.path(), ""), kFail, "is encrypted", "no passphrase");
  expect_check(check_profile(folder.path(), "wrong"), kFail, "does not open", "wrong passphrase");
}

TEST(CheckDatabase, CountsWhatIsThereAndSaysWhatIsWrong) {
  const test::TemporaryFolder folder;
  const DatabaseLook none = check_database(folder.path());
  expect_check(none.check, kOk, "none yet", "missing");
  EXPECT_FALSE(none.content);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  { storage::Database database(folder / kDatabaseFile); }
  const DatabaseLook sound = check_database(folder.path());
  expect_check(sound.check, kOk, "0 groups, 0 services, 0 rules, 0 bans", "sound");
  EXPECT_TRUE(sound.content);
  folder.file(kDatabaseFile, std::string(5000, 'x'));
  const DatabaseLook damaged = check_database(folder.path());
  expect_check(damaged.check, kFail, "is not a database", "damaged");
  EXPECT_FALSE(damaged.content);
}

TEST(CheckDatabase, SaysWhenALogCannotBeRead) {
  const test::TemporaryFolder folder;
  { storage::Database database(folder / kDatabaseFile); }
  folder.file("ngcshare.db-wal", "x");
  const DatabaseLook look = check_database(folder.path());
  expect_check(look.check, kWarn, "cannot be read", "a log without its index");
  EXPECT_TRUE(look.content);
}

TEST(CheckFolder, FindsALostHalf) {
  const test::TemporaryFolder folder;
  const auto look = [&] {
    Finding profile = check_profile(folder.path(), "");
    DatabaseLook database = check_database(folder.path());
    blame_lost_half(folder.path(), profile, database);
    return Checks{profile, database.check};
  };
  expect_check(look()[0], kOk, "none yet", "a new folder");
  expect_check(look()[1], kOk, "none yet", "a new folder");
  folder.file("profile.tox", std::string(500, 'x'));
  expect_check(look()[0], kOk, "not encrypted", "profile alone");
  expect_check(look()[1], kFail, "is missing or empty", "profile alone");
  std::filesystem::remove(folder / "profile.tox");
  {
    storage::Database database(folder / kDatabaseFile);
    storage::GroupStore(database).put({storage::Key32{7}, "friends"});
  }
  expect_check(look()[0], kFail, "is missing or empty", "database alone");
  expect_check(look()[1], kOk, "1 group", "database alone");
}

TEST(CheckClock, IsBelievedUnlessSomethingIsYounger) {
  const test::TemporaryFolder folder;
  const int64_t now = build_time() + 7 * 86400;
  expect_check(check_clock(folder.path(), now, std::nullopt), kOk, "nothing here is newer",
               "no command yet");
  expect_check(check_clock(folder.path(), now, now), kOk, "nothing here is newer", "a command now");
  expect_check(check_clock(folder.path(), now, now + 7 * 86400), kFail, "latest command", "ahead");
  expect_check(check_clock(folder.path(), 0, std::nullopt), kFail, "1970-01-01", "reset");
}

TEST(CheckGateway, TellsOneThatHangsFromNone) {
  const test::TemporaryFolder folder;
  const GatewayLook none = check_gateway(folder.path());
  EXPECT_FALSE(none.runs);
  expect_check(none.checks.at(0), kOk, "not running", "none");
  const auto lock = lock_data_folder(folder.path());
  const GatewayLook hanging = check_gateway(folder.path());
  EXPECT_TRUE(hanging.runs);
  expect_check(hanging.checks.at(0), kFail, "takes no commands", "hanging");
}

}  // namespace
}  // namespace ngcshare
