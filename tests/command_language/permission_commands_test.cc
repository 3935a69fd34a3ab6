// Tests the commands about people and access, and the level that each command needs at each door.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "tests/command_language/permission_rig.h"

namespace ngcshare {
namespace {

using test::contains;
using test::kAlice;
using test::kAliceDigits;
using test::kBob;
using test::key_of;
using test::kGroup;

class PermissionCommands : public test::PermissionTest {};

// -- every command at every level and door -------------------------------------------------

struct DoorCase {
  const char* line;
  Level level;
  bool in_group;
  bool in_private;
  bool at_machine;
};

const DoorCase kDoors[] = {
    {"help", Level::kMember, true, true, true},
    {"services", Level::kMember, true, true, true},
    {"whoami", Level::kMember, true, true, true},
    {"status", Level::kMember, true, true, true},
    {"claim 0123", Level::kMember, false, true, true},
    {"share other 81", Level::kGroupAdmin, true, true, true},
    {"edit web 81", Level::kGroupAdmin, true, true, true},
    {"unshare web --yes", Level::kGroupAdmin, true, true, true},
    {"enable web", Level::kGroupAdmin, true, true, true},
    {"disable web", Level::kGroupAdmin, true, true, true},
    {"describe web a page", Level::kGroupAdmin, true, true, true},
    {"limit web rate=1M", Level::kGroupAdmin, true, true, true},
    {"allow web @alice", Level::kGroupAdmin, true, true, true},
    {"deny web @alice", Level::kGroupAdmin, true, true, true},
    {"acl web list", Level::kGroupAdmin, true, true, true},
    {"ban @bob", Level::kAdmin, true, true, true},
    {"unban @bob", Level::kAdmin, true, true, true},
    {"connections", Level::kGroupAdmin, true, true, true},
    {"drop 1", Level::kGroupAdmin, true, true, true},
    {"invite", Level::kAdmin, true, true, true},
    {"invites", Level::kAdmin, true, true, true},
    {"revoke-invite 1", Level::kAdmin, true, true, true},
    {"log", Level::kAdmin, true, true, true},
    {"admin list", Level::kOwner, true, true, true},
    {"groups", Level::kOwner, true, true, true},
    {"group-roles", Level::kOwner, true, true, true},
    {"join 22", Level::kOwner, false, true, true},
    {"leave friends --yes", Level::kOwner, true, true, true},
    {"page", Level::kOwner, false, false, true},
    {"shutdown --yes", Level::kOwner, true, true, true},
    {"claim-token", Level::kOwner, false, false, true},
};

bool is_about_door_or_level(const Answer& answer) {
  return !answer.ok &&
         (contains(answer.text, "needs the level") || contains(answer.text, "contains a secret") ||
          contains(answer.text, "only on the gateway's own machine"));
}

TEST_F(PermissionCommands, WorkFromTheirLevelAndThroughTheirDoors) {
  std::set<std::string_view> tried{"yes", "no"};
  for (const DoorCase& row : kDoors) {
    tried.insert(std::string_view(row.line).substr(0, std::string_view(row.line).find(' ')));
    for (const Level level : {Level::kMember, Level::kGroupAdmin, Level::kAdmin, Level::kOwner}) {
      for (const Door door : {Door::kGroup, Door::kPrivate, Door::kControl}) {
        if (door == Door::kControl && level != Level::kOwner) continue;  // there is no such asker
        const bool through = door == Door::kGroup     ? row.in_group
                             : door == Door::kPrivate ? row.in_private
                                                      : row.at_machine;
        rig_.program.known = {{kGroup, "friends", true, 3}};
        EXPECT_EQ(is_about_door_or_level(run(row.line, as(level, door))),
                  !through || level < row.level)
            << row.line << " at level " << to_string(level) << " through "
            << static_cast<int>(door);
      }
    }
    EXPECT_FALSE(run(row.line, as(Level::kBanned)).ok) << row.line;
  }
  for (const Command& command : rig_.commands.table()) {
    EXPECT_TRUE(tried.contains(command.name)) << command.name << " is missing in the table above";
  }
}

TEST_F(PermissionCommands, EveryExampleInTheTableIsTakenAsACommand) {
  rig_.program.known = {{kGroup, "our friends", true, 3}};
  for (const Command& command : rig_.commands.table()) {
    if (command.example.empty()) continue;
    EXPECT_TRUE(command.example.starts_with(command.name)) << command.name;
    EXPECT_FALSE(contains(run(command.example, as(Level::kOwner, Door::kControl)).text, "usage:"))
        << command.example;
  }
}

// Returns a command's row in the README's table; a bar inside a cell is escaped.
std::string readme_row(const Command& command) {
  std::string usage(command.name);
  if (!command.arguments.empty()) usage += " " + std::string(command.arguments);
  for (size_t bar = usage.find('|'); bar != std::string::npos; bar = usage.find('|', bar + 2)) {
    usage.insert(bar, 1, '\\');
  }
  const char* const who = command.level == Level::kOwner        ? "owners"
                          : command.level == Level::kAdmin      ? "admins"
                          : command.level == Level::kGroupAdmin ? "group admins"
                                                                : "everybody";
  return "| `" + usage + "` | " + who + " | " + std::string(command.help) + " |\n";
}

TEST_F(PermissionCommands, StandInTheReadmeAsTheyAre) {
  std::ifstream file(NGCSHARE_README_PATH);
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  for (const Command& command : rig_.commands.table()) {
    EXPECT_TRUE(contains(readme, readme_row(command))) << "missing: " << readme_row(command);
  }
}

TEST_F(PermissionCommands, RefusalsSayWhatWouldWork) {
  const struct {
    const char* line;
    const char* said;
  } kRows[] = {
      {"limit web rate=fast", "limit web connections=50 peer-connections=4 rate=5M"},
      {"limit web connections=0", "limit web connections=50"},
      {"limit web speed=1", "is not a limit"},
      {"limit web rate", "rate=5M"},
      {"allow web @nobody", "@alice"},
      {"allow web me", "16 or more digits of a key, for example @alice or AAAAAAAAAAAAAAAA"},
      {"allow web AAAAAAAA", "16 or more digits:\nalice AAAAAAAAAAAAAAAA"},
      {"unban AAAAAAAAAAAA", "16 or more digits:\nalice AAAAAAAAAAAAAAAA"},
      {"admin add AAAAAAAAAAAA owner", "16 or more digits:\nalice AAAAAAAAAAAAAAAA"},
      {"acl web clear AAAAAAAA", "16 or more digits:\nalice AAAAAAAAAAAAAAAA"},
      {"share mine\xE2\x80\x8B"
       "craft 80",
       "mine<U+200B>craft"},
      {"allow nothing @alice", "for a list: services"},
      {"acl web everybody", "acl web list"},
      {"acl web observers maybe", "acl web list"},
      {"acl web clear @alice", "no rule"},
      {"log 0", "log 20"},
      {"log many", "log 20"},
      {"drop x", "for a list: connections"},
      {"unban @alice", "not banned"},
      {"admin add", "admin add @alice"},
      {"admin make @alice", "admin add @alice"},
      {"join 1234", "64 hexadecimal digits"},
      {"leave nowhere --yes", "for a list: groups"},
  };
  for (const auto& row : kRows) {
    const Answer answer = owner(row.line);
    EXPECT_FALSE(answer.ok) << row.line;
    EXPECT_TRUE(contains(answer.text, row.said)) << row.line << ": " << answer.text;
  }
}

// -- access --------------------------------------------------------------------------------

TEST_F(PermissionCommands, RulesBeatThePolicyAndBansBeatRules) {
  EXPECT_EQ(decision(kAlice), Decision::kAllowed);
  EXPECT_TRUE(admin("acl web list").ok);
  EXPECT_EQ(decision(kAlice), Decision::kNotListed);
  EXPECT_TRUE(admin("allow web " + kAliceDigits).ok);
  EXPECT_EQ(decision(kAlice), Decision::kAllowed);
  EXPECT_TRUE(admin("deny web @alice").ok);
  EXPECT_EQ(decision(kAlice), Decision::kDenied);
  EXPECT_TRUE(admin("acl web clear " + kAliceDigits).ok);
  EXPECT_EQ(decision(kAlice), Decision::kNotListed);
  EXPECT_TRUE(admin("allow web " + kAliceDigits).ok);
  EXPECT_TRUE(admin("ban @alice 1h spam and more").ok);
  EXPECT_EQ(decision(kAlice), Decision::kBanned);
  EXPECT_TRUE(contains(admin("ban").text, "alice (AAAAAAAAAAAAAAAA), for 60 min: spam and more"));
  rig_.now += 3600;
  EXPECT_EQ(decision(kAlice), Decision::kAllowed);
}

TEST_F(PermissionCommands, ObserversComeInWhereTheServiceSaysSo) {
  EXPECT_EQ(decision(kBob, Role::kObserver), Decision::kObserver);
  EXPECT_TRUE(admin("acl web observers on").ok);
  EXPECT_EQ(decision(kBob, Role::kObserver), Decision::kAllowed);
}

TEST_F(PermissionCommands, MembersSeeOnlyWhatTheyMayUse) {
  admin("acl web list");
  const Asker alice{.level = Level::kMember, .chat_id = kGroup, .key = kAlice};
  EXPECT_FALSE(contains(run("services", alice).text, "web"));
  EXPECT_TRUE(contains(admin("services").text, "web"));
  admin("allow web " + kAliceDigits);
  EXPECT_TRUE(contains(run("services", alice).text, "web"));
}

// -- services ------------------------------------------------------------------------------

TEST_F(PermissionCommands, ServicesAreTurnedOffAndDescribedAndLimited) {
  EXPECT_EQ(admin("disable web").announcement, "not shared for now: web");
  EXPECT_EQ(decision(kAlice), Decision::kDisabled);
  EXPECT_EQ(admin("enable web").announcement, "shared again: web");
  EXPECT_TRUE(admin("describe web our own   page").ok);
  EXPECT_EQ(rig_.services.find("web")->description, "our own page");
  EXPECT_FALSE(admin("describe web " + std::string(201, 'x')).ok);
  EXPECT_TRUE(admin("describe web").ok);
  EXPECT_EQ(rig_.services.find("web")->description, "");
  EXPECT_TRUE(admin("limit web connections=50 peer-connections=4 rate=5M peer-rate=1.5M").ok);
  EXPECT_EQ(admin("limit web").text,
            "web: connections=50 peer-connections=4 rate=5 MB/s peer-rate=1.5 MB/s");
  EXPECT_TRUE(admin("limit web rate=none").ok);
  EXPECT_FALSE(rig_.services.find("web")->limits.bytes_per_second_in_all);
}

TEST_F(PermissionCommands, WhatAListHidesIsNotAnnounced) {
  admin("acl web list");
  EXPECT_EQ(admin("disable web").announcement, "");
  EXPECT_EQ(admin("enable web").announcement, "");
}

TEST_F(PermissionCommands, WhatDestroysIsAskedOnceAndTheQuestionExpires) {
  EXPECT_TRUE(contains(admin("unshare web").text, "Reply yes"));
  EXPECT_TRUE(rig_.services.find("web"));
  EXPECT_FALSE(run("yes", {.level = Level::kAdmin, .chat_id = kGroup, .key = kBob}).ok);
  rig_.now += Commands::kConfirmSeconds + 1;
  EXPECT_FALSE(admin("yes").ok);
  EXPECT_TRUE(contains(admin("unshare web").text, "Reply yes"));
  EXPECT_TRUE(contains(admin("yes").text, "is no longer shared"));
  EXPECT_FALSE(rig_.services.find("web"));
  EXPECT_FALSE(admin("yes").ok);
  EXPECT_FALSE(rig_.program.ended);
  owner("shutdown");
  EXPECT_FALSE(rig_.program.ended);
  owner("yes");
  EXPECT_TRUE(rig_.program.ended);
}

// -- the first owner -----------------------------------------------------------------------

TEST_F(PermissionCommands, AClaimTokenIsGoodForOnePersonAndOneHour) {
  const std::string token = run("claim-token", as(Level::kOwner, Door::kControl)).text;
  const Asker alice{
      .level = Level::kMember, .chat_id = kGroup, .key = kAlice, .door = Door::kPrivate};
  EXPECT_TRUE(contains(run("claim 00", alice).text, "4 tries"));
  EXPECT_TRUE(run("claim " + token, alice).ok);
  EXPECT_EQ(rig_.access.level({kGroup, kAlice}, Role::kUser, rig_.now), Level::kOwner);
  EXPECT_FALSE(run("claim " + token, alice).ok);

  const std::string late = run("claim-token", as(Level::kOwner, Door::kControl)).text;
  rig_.now += Access::kClaimSeconds;
  EXPECT_TRUE(contains(run("claim " + late, alice).text, "expired"));

  const std::string guessed = run("claim-token", as(Level::kOwner, Door::kControl)).text;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(run("claim 00", alice).ok);
  EXPECT_FALSE(run("claim " + guessed, alice).ok);
}

// -- the log -------------------------------------------------------------------------------

TEST_F(PermissionCommands, TheLogTellsWhoDidWhatAndKeepsSecrets) {
  run("join " + to_hex(key_of(0x99)) + " secret", as(Level::kOwner, Door::kPrivate));
  run("claim 0123", as(Level::kMember, Door::kPrivate));
  run("shutdown", as(Level::kMember));
  admin("allow web " + kAliceDigits);
  rig_.now += 300;
  const std::string log = admin("log").text;
  EXPECT_TRUE(
      contains(log, "5 min ago, (7777777777777777), group: allow web " + kAliceDigits + " – done"))
      << log;
  EXPECT_TRUE(contains(log, "join …")) << log;
  for (const char* hidden : {"secret", "0123", "shutdown"}) {
    EXPECT_FALSE(contains(log, hidden)) << hidden << "\n" << log;
  }
  EXPECT_EQ(rig_.program.joined.at(0).second, "secret");
}

}  // namespace
}  // namespace ngcshare
