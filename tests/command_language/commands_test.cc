#include "bot/commands/commands.h"

#include <gtest/gtest.h>

#include "bot/people/access.h"
#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using test::key_of;

const Key kGroup = key_of(0x11);
const Key kOtherGroup = key_of(0x22);
const Key kAdminKey = key_of(0x33);

const Asker kMember{Level::kMember, kGroup, kAdminKey};
const Asker kAdmin{Level::kAdmin, kGroup, kAdminKey};
const Asker kOtherAdmin{Level::kAdmin, kOtherGroup, kAdminKey};
const Asker kOwner{Level::kOwner, kGroup, kAdminKey};
const Asker kConsole{Level::kOwner, std::nullopt, std::nullopt, Door::kControl};

ShareSpec spec(const std::string& name, uint16_t port, const std::string& host = "127.0.0.1") {
  return {name, host, {{port, port, true, false}}};
}

// A gateway that knows two groups, without a network.
class CommandsTest : public testing::Test {
 protected:
  CommandsTest() {
    groups_.put({kGroup, "friends"});
    groups_.put({kOtherGroup, "others"});
  }

  Answer run(std::string_view line, const Asker& asker) { return commands_.run(line, asker); }
  bool shown(const std::string& name, const std::optional<Key>& chat_id) const {
    for (const auto& entry : gateway_.list(chat_id)) {
      if (entry.record.name == name) return true;
    }
    return false;
  }

  test::CommandRig rig_;
  test::OfflineNode& offline_ = rig_.offline;
  storage::GroupStore& groups_ = rig_.groups;
  storage::ServiceStore& services_ = rig_.services;
  Access& access_ = rig_.access;
  TargetPolicy& policy_ = rig_.policy;
  Gateway& gateway_ = rig_.gateway;
  Commands& commands_ = rig_.commands;
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// -- permissions ---------------------------------------------------------------------------------

struct LevelCase {
  const char* line;
  Level needed;
};

const LevelCase kLevels[] = {
    {"share web 80", Level::kAdmin}, {"unshare game --yes", Level::kAdmin},
    {"services", Level::kMember},    {"help", Level::kMember},
    {"help help", Level::kMember},   {"help share", Level::kAdmin},
};

TEST_F(CommandsTest, WorkFromTheLevelTheyNeed) {
  for (const LevelCase& row : kLevels) {
    for (const Asker& asker : {kMember, kAdmin, kOwner, kConsole}) {
      gateway_.unshare("web");
      run("share game 25565", kConsole);
      EXPECT_EQ(run(row.line, asker).ok, asker.level >= row.needed)
          << row.line << " at level " << static_cast<int>(asker.level);
    }
  }
}

TEST_F(CommandsTest, RefusedForALevelChangeNothingAndSayWhy) {
  run("share game 25565", kAdmin);
  for (const char* line : {"share web 80", "unshare game", "share", "unshare"}) {
    const Answer answer = run(line, kMember);
    EXPECT_FALSE(answer.ok) << line;
    EXPECT_TRUE(contains(answer.text, "admin")) << answer.text;
    EXPECT_TRUE(contains(answer.text, "yours is member")) << answer.text;
    EXPECT_EQ(answer.announcement, "") << line;
  }
  EXPECT_FALSE(shown("web", std::nullopt));
  EXPECT_TRUE(shown("game", std::nullopt));
}

// -- answers -------------------------------------------------------------------------------------

struct RefusedCase {
  const char* line;
  const char* said;
};

const RefusedCase kRefused[] = {
    {"", "try help"},
    {"  \t", "try help"},
    {"share \"web 80", "quote"},
    {"share", "usage: share NAME PORT"},
    {"share web", "usage: share NAME PORT"},
    {"share web 80 @127.0.0.1 more", "is not a port"},
    {"unshare", "usage: unshare NAME"},
    {"unshare a b", "usage: unshare NAME"},
    {"services all", "usage: services"},
    {"help share unshare", "usage: help"},
    {"share web 0", "is not a port"},
    {"share web 70000", "is not a port"},
    {"share web http", "is not a port"},
    {"share \"\" 80", "a name is"},
    {"share web=80 80", "a name is"},
    {"share web 80 @", "is not a host"},
    {"share web 80 10.0.0.7", "is not a port"},
    {"share web 80 @10.0.0.7", "target 10.0.0.7 is not allowed"},
    {"share web 80@169.254.169.254", "not allowed"},
    {"share web 80@0.0.0.0", "not allowed"},
    {"share web 80 @nas.lan", "--allow-target nas.lan"},
    {"unshare nothing --yes", "nothing called nothing"},
    {"shar web 80", "did you mean share?"},
    {"sahre web 80", "did you mean share?"},
    {"unshar web", "did you mean unshare?"},
    {"service", "did you mean services?"},
    {"hlep", "did you mean help?"},
    {"restart", "try help"},
    {"help nothing", "no such command"},
};

TEST_F(CommandsTest, RefuseWithTheReason) {
  for (const RefusedCase& row : kRefused) {
    const Answer answer = run(row.line, kOwner);
    EXPECT_FALSE(answer.ok) << row.line;
    EXPECT_TRUE(contains(answer.text, row.said)) << row.line << ": " << answer.text;
    EXPECT_EQ(answer.announcement, "") << row.line;
  }
  EXPECT_TRUE(services_.list().empty());
}

TEST_F(CommandsTest, SuggestNothingThatTheAskerMayNotUse) {
  const Answer answer = run("shar web 80", kMember);
  EXPECT_FALSE(contains(answer.text, "share?")) << answer.text;
}

TEST_F(CommandsTest, TakeAVeryLongWord) { EXPECT_FALSE(run(std::string(100000, 'x'), kMember).ok); }

TEST_F(CommandsTest, SayWhichCommandHasAnswered) {
  EXPECT_EQ(run("services", kMember).command, "services");
  EXPECT_EQ(run("share web", kMember).command, "share") << "also when it is refused";
  EXPECT_EQ(run("frobnicate my-secret", kMember).command, "") << "the words may be a secret";
}

TEST_F(CommandsTest, HelpShowsWhatTheLevelAllows) {
  const std::string member = run("help", kMember).text;
  EXPECT_FALSE(contains(member, "share NAME")) << member;
  EXPECT_TRUE(contains(member, "services")) << member;
  const std::string admin = run("help", kAdmin).text;
  for (const char* name : {"share NAME", "unshare NAME", "services", "help"}) {
    EXPECT_TRUE(contains(admin, name)) << name;
  }
  EXPECT_FALSE(contains(run("help services", kAdmin).text, "share NAME"));
}

// -- share, unshare, services --------------------------------------------------------------------

TEST_F(CommandsTest, ShareOffersInTheGroupAndAnnouncesIt) {
  const Answer answer = run("share 'my server' 25565/both", kAdmin);
  EXPECT_TRUE(answer.ok) << answer.text;
  EXPECT_EQ(answer.announcement, "now shared: my server (tcp+udp 25565)");
  EXPECT_TRUE(shown("my server", kGroup));
  EXPECT_FALSE(shown("my server", kOtherGroup));
  EXPECT_TRUE(shown("my server", std::nullopt));
}

TEST_F(CommandsTest, ShareFromTheConsoleOffersInAllGroups) {
  run("share web 80", kConsole);
  EXPECT_TRUE(shown("web", kGroup));
  EXPECT_TRUE(shown("web", kOtherGroup));
}

TEST_F(CommandsTest, ShareIsWrittenDownWithWhoDidIt) {
  run("share web 80/udp @127.0.0.2", kAdmin);
  const auto record = services_.find("web");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->host, "127.0.0.2");
  EXPECT_EQ(record->ports, (std::vector<storage::PortRange>{{80, 80, false, true}}));
  EXPECT_EQ(record->chat_id, kGroup);
  EXPECT_EQ(record->created_by, kAdminKey);
  EXPECT_FALSE(record->declared);
}

TEST_F(CommandsTest, ShareRefusesATakenNameAlsoOfAnotherGroup) {
  run("share web 80", kAdmin);
  for (const Asker& asker : {kAdmin, kOtherAdmin, kConsole}) {
    const Answer answer = run("share web 8080", asker);
    EXPECT_FALSE(answer.ok);
    EXPECT_TRUE(contains(answer.text, "taken")) << answer.text;
  }
  EXPECT_EQ(services_.find("web")->ports[0].first, 80);
}

TEST_F(CommandsTest, ShareTakesATargetThatIsAllowed) {
  ASSERT_TRUE(policy_.allow("10.0.0.0/8"));
  EXPECT_TRUE(run("share web 80 @10.1.2.3", kAdmin).ok);
  EXPECT_FALSE(run("share game 80 @192.168.1.1", kAdmin).ok);
}

TEST_F(CommandsTest, UnshareTakesBackForGood) {
  run("share web 80", kAdmin);
  const Answer answer = run("unshare web --yes", kAdmin);
  EXPECT_TRUE(answer.ok);
  EXPECT_EQ(answer.announcement, "no longer shared: web");
  EXPECT_FALSE(shown("web", std::nullopt));
  EXPECT_FALSE(services_.find("web"));
  EXPECT_FALSE(run("unshare web --yes", kAdmin).ok);
  EXPECT_TRUE(run("share web 81", kAdmin).ok);
}

TEST_F(CommandsTest, UnshareLeavesWhatAnotherGroupHas) {
  run("share web 80", kAdmin);
  EXPECT_FALSE(run("unshare web --yes", kOtherAdmin).ok);
  EXPECT_TRUE(shown("web", kGroup));
}

TEST_F(CommandsTest, ServicesListsThoseOfTheGroupByName) {
  EXPECT_EQ(run("services", kMember).text, "nothing is shared here");
  run("share web 80", kAdmin);
  run("share game 25565/udp", kAdmin);
  run("share other 90", kOtherAdmin);
  const std::string text = run("services", kMember).text;
  EXPECT_TRUE(contains(text, "\ngame (udp 25565), 0 connections\nweb (tcp 80), 0 connections\n"))
      << text;
  EXPECT_FALSE(contains(text, "other")) << text;
  EXPECT_TRUE(contains(text, "ngcshare connect " + to_hex(kGroup))) << text;
}

TEST_F(CommandsTest, SharedServicesAreThereAfterARestart) {
  run("share web 80/both", kAdmin);
  run("share game 25565", kAdmin);
  run("unshare game --yes", kAdmin);
  const Gateway again(offline_.hub, services_, access_, policy_);
  const auto shown_again = again.list(kGroup);
  ASSERT_EQ(shown_again.size(), 1U);
  EXPECT_EQ(shown_again[0].record.name, "web");
  EXPECT_TRUE(shown_again[0].record.ports[0].tcp && shown_again[0].record.ports[0].udp);
  EXPECT_TRUE(again.list(kOtherGroup).empty());
}

// -- --share -------------------------------------------------------------------------------------

TEST_F(CommandsTest, DeclaredServicesAreExactlyThoseOfTheLastStart) {
  run("share typed 70", kAdmin);
  EXPECT_TRUE(gateway_.declare({spec("a", 80, "127.0.0.1"), spec("b", 81, "127.0.0.1")}).empty());
  Gateway again(offline_.hub, services_, access_, policy_);
  EXPECT_TRUE(again.declare({spec("b", 82, "127.0.0.1"), spec("c", 83, "127.0.0.1")}).empty());
  std::vector<std::string> names;
  for (const auto& entry : again.list(std::nullopt)) names.push_back(entry.record.name);
  EXPECT_EQ(names, (std::vector<std::string>{"b", "c", "typed"}));
  EXPECT_EQ(services_.find("b")->ports[0].first, 82);
  EXPECT_FALSE(services_.find("a"));
  EXPECT_TRUE(services_.find("typed"));
}

TEST_F(CommandsTest, AFlagThatIsGivenAgainKeepsWhatWasDecidedSince) {
  gateway_.declare({spec("a", 80, "127.0.0.1")});
  storage::ServiceRecord decided = *services_.find("a");
  decided.description = "for friends";
  decided.enabled = false;
  decided.policy = storage::ServicePolicy::kList;
  decided.observers = true;
  decided.limits.connections_in_all = 5;
  services_.put(decided);
  Gateway again(offline_.hub, services_, access_, policy_);
  again.declare({spec("a", 81, "127.0.0.1")});
  decided.ports = {{81, 81, true, false}};
  EXPECT_EQ(services_.find("a"), decided);
  EXPECT_EQ(again.list(std::nullopt).at(0).record, decided);
}

TEST_F(CommandsTest, DeclaringATargetThatIsNotAllowedIsRefused) {
  const auto problems = gateway_.declare({spec("web", 80, "10.0.0.7")});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_TRUE(contains(problems[0], "10.0.0.7 is not allowed")) << problems[0];
  EXPECT_FALSE(shown("web", std::nullopt));
}

// The program ends when a --share is refused; the services of the last good start must not be lost.
TEST_F(CommandsTest, DeclaringATargetThatIsNotAllowedLeavesTheDataAsItWas) {
  ASSERT_TRUE(gateway_.declare({spec("a", 80, "127.0.0.1"), spec("b", 81, "127.0.0.1")}).empty());
  const auto before = services_.list();
  EXPECT_FALSE(gateway_.declare({spec("a", 90, "10.0.0.7"), spec("c", 82, "127.0.0.1")}).empty());
  EXPECT_EQ(services_.list(), before);
}

TEST_F(CommandsTest, NothingIsOfferedAfterTheShutDown) {
  run("share web 80", kAdmin);
  gateway_.shut_down();
  EXPECT_TRUE(gateway_.list(std::nullopt).empty());
  EXPECT_TRUE(services_.find("web"));
}

}  // namespace
}  // namespace ngcshare
