// Every command by everybody: what a role in a group gives rights to, and what it does not.
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using storage::AdminRole;
using test::key_of;

const Key kFounded = key_of(0x11);  // by this gateway
const Key kJoined = key_of(0x22);   // founded by a stranger
const Key kMallory = key_of(0xEE);

enum class Who { kOwner, kAdmin, kLeaderOfFounded, kLeaderOfJoined, kTrustedLeader, kMember };

struct Asking {
  Who who;
  const char* name;
  Key group;
  Role role;
  bool on_founded_group;  // may change what is shared in the founded group alone
  bool on_joined_group;
  bool on_all_groups;
  Level level;
};

// A service of another group than the asker's is unknown to the asker, whatever the level.
const Asking kEverybody[] = {
    {Who::kOwner, "owner", kFounded, Role::kUser, true, false, true, Level::kOwner},
    {Who::kAdmin, "appointed admin", kFounded, Role::kUser, true, false, true, Level::kAdmin},
    {Who::kLeaderOfFounded, "moderator of the founded group", kFounded, Role::kModerator, true,
     false, false, Level::kGroupAdmin},
    {Who::kLeaderOfJoined, "founder of the joined group", kJoined, Role::kFounder, false, false,
     false, Level::kMember},
    {Who::kTrustedLeader, "founder of the joined group, whose roles count", kJoined, Role::kFounder,
     false, true, false, Level::kGroupAdmin},
    {Who::kMember, "member", kFounded, Role::kUser, false, false, false, Level::kMember},
};

// Lines about a service S.
const char* const kOfService[] = {
    "edit S 30001",      "unshare S --yes",   "enable S",         "disable S",
    "describe S a page", "limit S rate=1M",   "limit S",          "allow S @bob",
    "deny S @bob",       "acl S list",        "acl S clear @bob", "acl S",
    "connections S",     "edit S @localhost",
};

struct Line {
  const char* line;
  Level needed;
};

const Line kOthers[] = {
    {"help", Level::kMember},
    {"services", Level::kMember},
    {"whoami", Level::kMember},
    {"status", Level::kMember},
    {"yes", Level::kMember},
    {"no", Level::kMember},
    {"claim 0123", Level::kMember},
    {"share new 30000", Level::kGroupAdmin},
    {"connections", Level::kGroupAdmin},
    {"drop 1", Level::kGroupAdmin},
    {"ban @bob", Level::kAdmin},
    {"ban", Level::kAdmin},
    {"unban @bob", Level::kAdmin},
    {"invite", Level::kAdmin},
    {"invites", Level::kAdmin},
    {"revoke-invite 1", Level::kAdmin},
    {"log", Level::kAdmin},
    {"share ssh 22", Level::kAdmin},
    {"admin add @bob", Level::kOwner},
    {"admin remove @bob", Level::kOwner},
    {"groups", Level::kOwner},
    {"group-roles", Level::kOwner},
    {"group-roles 11111111 on", Level::kOwner},
    {"join 22", Level::kOwner},
    {"leave 22222222 --yes", Level::kOwner},
    {"shutdown --yes", Level::kOwner},
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool lacks_right(const Answer& answer) {
  if (answer.ok) return false;
  for (const char* reason : {"needs the level", "your role in this", "nothing called"}) {
    if (contains(answer.text, reason)) return true;
  }
  return false;
}

class GroupRights : public testing::Test {
 protected:
  GroupRights() {
    rig_.groups.put({.chat_id = kFounded, .name = "ours", .group_roles = true});
    rig_.groups.put({.chat_id = kJoined, .name = "theirs"});
    PortSet ports;
    EXPECT_TRUE(ports.add("30000-30100"));
    rig_.access.configure({.admin_ports = ports});
    rig_.access.reread_groups();
    rig_.access.grant({kFounded, key_of_who(Who::kOwner)}, AdminRole::kOwner, {});
    rig_.access.grant({kFounded, key_of_who(Who::kAdmin)}, AdminRole::kAdmin, {});
    for (const Key& group : {kFounded, kJoined}) {
      rig_.present.push_back({{group, key_of(0xBB)}, "bob", Role::kUser});
      rig_.program.known.push_back({group, "", true, 3});
    }
  }
  static Key key_of_who(Who who) { return key_of(static_cast<uint8_t>(0xA0 + int(who))); }

  // Shares one service in each group alone and one in both, unless they are there, and lets the
  // joined group's roles count or not.
  void set_scene(const Asking& asking) {
    rig_.access.count_roles_of(kJoined, asking.who == Who::kTrustedLeader);
    share("of-founded", kFounded);
    share("of-joined", kJoined);
    share("of-all", std::nullopt);
    rig_.gateway.unshare("new");
    rig_.gateway.unshare("ssh");
  }
  void share(const std::string& name, const std::optional<Key>& group) {
    if (rig_.gateway.find(name)) return;
    EXPECT_FALSE(rig_.gateway.share({name, "127.0.0.1", {{30000, 30000, true, false}}}, group, {}));
  }
  Answer run(const std::string& line, const Asking& asking) {
    const storage::Person person{asking.group, key_of_who(asking.who)};
    return rig_.commands.run(line, {.level = rig_.access.level(person, asking.role, rig_.now),
                                    .chat_id = person.chat_id,
                                    .key = person.key,
                                    .door = Door::kPrivate,
                                    .role = asking.role});
  }
  Answer run_about(std::string line, const std::string& service, const Asking& asking) {
    set_scene(asking);
    line.replace(line.find('S'), 1, service);
    return run(line, asking);
  }

  test::CommandRig rig_;
};

TEST_F(GroupRights, CoverTheServicesOfThatGroupAlone) {
  for (const Asking& asking : kEverybody) {
    for (const char* line : kOfService) {
      EXPECT_EQ(lacks_right(run_about(line, "of-founded", asking)), !asking.on_founded_group)
          << asking.name << ": " << line;
      EXPECT_EQ(lacks_right(run_about(line, "of-joined", asking)), !asking.on_joined_group)
          << asking.name << ": " << line;
      EXPECT_EQ(lacks_right(run_about(line, "of-all", asking)), !asking.on_all_groups)
          << asking.name << ": " << line;
    }
  }
}

TEST_F(GroupRights, CoverNoneOfTheGatewaysOwnAffairs) {
  for (const Asking& asking : kEverybody) {
    for (const Line& row : kOthers) {
      set_scene(asking);
      EXPECT_EQ(lacks_right(run(row.line, asking)), asking.level < row.needed)
          << asking.name << ": " << row.line;
    }
  }
}

TEST_F(GroupRights, AreTriedWithEveryCommand) {
  std::set<std::string> tried{"page", "claim-token"};  // not for the chat
  const auto add = [&](std::string line) { tried.insert(line.substr(0, line.find(' '))); };
  for (const char* line : kOfService) add(line);
  for (const Line& row : kOthers) add(row.line);
  for (const Command& command : rig_.commands.table()) {
    EXPECT_TRUE(tried.contains(std::string(command.name))) << command.name;
  }
}

// What a stranger did whose group the owner had joined.
TEST_F(GroupRights, OfAStrangerWhoseGroupWasJoinedAreNone) {
  const Asking& stranger = kEverybody[3];
  set_scene(stranger);
  rig_.present.push_back({{kJoined, kMallory}, "mallory", Role::kUser});
  const auto before = rig_.services.list();
  for (const char* line :
       {"acl of-all members", "edit of-all 22", "disable of-all", "unshare of-all --yes",
        "allow of-all @mallory", "share ssh 22", "edit of-joined 22"}) {
    EXPECT_TRUE(lacks_right(run(line, stranger))) << line;
  }
  EXPECT_EQ(rig_.services.list(), before);
}

TEST_F(GroupRights, AreGivenAndTakenByAnOwnerOfTheGateway) {
  const Asking& leader = kEverybody[3];
  set_scene(leader);
  const Asking& owner = kEverybody[0];
  EXPECT_TRUE(contains(run("group-roles", owner).text, "off, " + to_hex(kJoined)));
  EXPECT_TRUE(run("group-roles 22222222 on", owner).ok);
  EXPECT_TRUE(contains(run("group-roles", owner).text, "on, " + to_hex(kJoined)));
  EXPECT_TRUE(run("disable of-joined", leader).ok);
  EXPECT_TRUE(contains(run("whoami", leader).text, "group admin"));
  Access again(rig_.database, {});
  EXPECT_TRUE(again.counts_roles_of(kJoined)) << "a restart changes nothing";
  EXPECT_TRUE(run("group-roles 22222222 off", owner).ok);
  EXPECT_TRUE(lacks_right(run("enable of-joined", leader)));
}

TEST_F(GroupRights, EndWhenTheGroupIsLeft) {
  rig_.access.count_roles_of(kJoined, true);
  rig_.groups.remove(kJoined);
  rig_.access.reread_groups();
  rig_.groups.put({.chat_id = kJoined, .name = ""});
  EXPECT_FALSE(rig_.access.counts_roles_of(kJoined)) << "joining again is a new beginning";
}

TEST_F(GroupRights, AreBoundedToThePortsThatOwnersName) {
  const Asking& leader = kEverybody[4];
  set_scene(leader);
  const struct {
    const char* line;
    bool done;
  } kRows[] = {
      {"share a 30000-30002 30100/udp", true},
      {"share b 29999", false},
      {"share b 30100-30101", false},
      {"share b 30000 22", false},
      {"edit of-joined 22", false},
      {"edit of-joined 30005", true},
  };
  for (const auto& row : kRows) EXPECT_EQ(run(row.line, leader).ok, row.done) << row.line;
  EXPECT_TRUE(contains(run("share b 22", leader).text, "--admin-ports"));
  rig_.access.configure({});
  EXPECT_FALSE(run("share c 30000", leader).ok) << "no port is named unless an owner names it";
}

// Or the gateway, which refuses to start with more than fits, would not start with a new --share.
TEST_F(GroupRights, LeaveHalfOfThePortsThatAGroupIsOfferedToOwners) {
  const Asking& leader = kEverybody[4];
  set_scene(leader);
  int shared = 0;
  for (int number = 0; number < 128; ++number) {
    if (run("share x" + std::to_string(number) + " 30000", leader).ok) ++shared;
  }
  EXPECT_EQ(shared, 63) << "and of-joined";
  EXPECT_FALSE(run("edit x0 30000-30001", leader).ok);
  EXPECT_TRUE(run("edit x0 30001", leader).ok) << "no more than before";
  ShareSpec web{.name = "web", .host = "127.0.0.1", .ports = {{8000, 8059, true, false}}};
  EXPECT_EQ(rig_.gateway.declare({web}), std::vector<std::string>());
}

// A service may stand on a port that is not for group admins: an owner has shared it.
TEST_F(GroupRights, MoveNoServiceToAnotherHostOnAPortThatIsNotNamed) {
  const Asking& leader = kEverybody[4];
  set_scene(leader);
  EXPECT_TRUE(rig_.policy.allow("10.0.0.0/8"));
  EXPECT_FALSE(rig_.gateway.share({"router", "127.0.0.1", {{80, 80, true, false}}}, kJoined, {}));
  EXPECT_FALSE(run("edit router @10.0.0.1", leader).ok);
  EXPECT_TRUE(run("edit of-joined @10.0.0.1", leader).ok);
}

TEST_F(GroupRights, ShowNoMoreThanTheyCover) {
  const Asking& leader = kEverybody[4];
  set_scene(leader);
  auto hidden = *rig_.gateway.find("of-all");
  hidden.policy = storage::ServicePolicy::kList;
  rig_.gateway.change(hidden);
  EXPECT_FALSE(contains(run("services", leader).text, "of-all"));
  EXPECT_TRUE(contains(run("services", leader).text, "of-joined"));
  EXPECT_FALSE(contains(run("share of-all 30001", leader).text, "edit of-all"));
}

TEST_F(GroupRights, AreNoneWhereTheGatewayCountsNoRoles) {
  rig_.access.configure({.group_roles = false});
  EXPECT_TRUE(lacks_right(run("disable of-founded", kEverybody[2])));
}

}  // namespace
}  // namespace ngcshare
