#include <gtest/gtest.h>

#include "tests/command_language/command_rig.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using storage::PortRange;
using test::key_of;

const Key kGroup = key_of(0x11);
const Key kAlice = key_of(0xAA);

class EditCommand : public testing::Test {
 protected:
  EditCommand() {
    rig_.groups.put({kGroup, "friends"});
    rig_.groups.put({key_of(0x22), "others"});
    rig_.present = {{{kGroup, kAlice}, "alice", Role::kUser}};
    EXPECT_TRUE(rig_.policy.allow("10.0.0.0/8"));
    EXPECT_TRUE(admin("share web 80").ok);
  }
  Answer admin(std::string_view line, const Key& group = kGroup) {
    return rig_.commands.run(line, {.level = Level::kAdmin, .chat_id = group, .key = kAlice});
  }
  storage::ServiceRecord web() { return *rig_.services.find("web"); }

  test::CommandRig rig_;
};

TEST_F(EditCommand, ChangesPortsHostOrBothAndNothingElse) {
  admin("describe web our page");
  admin("limit web rate=5M");
  admin("acl web list");
  admin("allow web " + to_hex(kAlice));
  const auto before = web();
  EXPECT_TRUE(admin("edit web 81 24454/udp").ok);
  auto expected = before;
  expected.ports = {{81, 81, true, false}, {24454, 24454, false, true}};
  EXPECT_EQ(web(), expected);
  EXPECT_TRUE(admin("edit web @10.1.2.3").ok);
  expected.host = "10.1.2.3";
  EXPECT_EQ(web(), expected);
  EXPECT_TRUE(admin("edit web 90@127.0.0.1").ok);
  expected.host = "127.0.0.1";
  expected.ports = {{90, 90, true, false}};
  EXPECT_EQ(web(), expected);
  EXPECT_EQ(rig_.access.rules(before.id).size(), 1U);
  EXPECT_EQ(rig_.gateway.find("web"), expected) << "the running gateway knows as well";
}

TEST_F(EditCommand, TellsTheGroupOfOtherPortsOnly) {
  EXPECT_EQ(admin("edit web 81").announcement, "changed: web (tcp 81)");
  EXPECT_EQ(admin("edit web 81").announcement, "") << "no change";
  EXPECT_EQ(admin("edit web @10.1.2.3").announcement, "") << "where it stands is not told";
  admin("disable web");
  EXPECT_EQ(admin("edit web 82").announcement, "");
  admin("enable web");
  admin("acl web list");
  EXPECT_EQ(admin("edit web 83").announcement, "") << "who is not on the list learns nothing";
}

TEST_F(EditCommand, TurnsTheChecksOffAndOn) {
  const Answer off = admin("edit web health=off");
  EXPECT_EQ(off.text, "changed: web (tcp 80) at 127.0.0.1, not checked");
  EXPECT_EQ(off.announcement, "");
  EXPECT_EQ(web().health, storage::ServiceHealth::kOff);
  EXPECT_EQ(admin("edit web 80").text, "web (tcp 80) at 127.0.0.1, not checked: no change");
  EXPECT_NE(admin("services").text.find("not checked"), std::string::npos);
  EXPECT_TRUE(admin("edit web 81 health=tcp").ok);
  EXPECT_EQ(web().health, storage::ServiceHealth::kTcp);
  EXPECT_EQ(web().ports[0].first, 81);
}

TEST_F(EditCommand, IsRefusedAsShareIs) {
  const struct {
    const char* line;
    const char* said;
  } kRows[] = {
      {"edit web 0", "is not a port"},
      {"edit web 70000", "is not a port"},
      {"edit web 9-8", "ends before"},
      {"edit web 1-65", "at most 64 ports"},
      {"edit web 80 80", "given twice"},
      {"edit web @", "is not a host"},
      {"edit web", "usage: edit NAME"},
      {"edit web @192.0.2.1", "--allow-target 192.0.2.1"},
      {"edit web health=no", "health=off"},
      {"edit nothing 80", "nothing called"},
      {"edit web 81 @10.0.0.1 82", "is not a port"},
  };
  for (const auto& row : kRows) {
    const auto before = web();
    const Answer answer = admin(row.line);
    EXPECT_FALSE(answer.ok) << row.line;
    EXPECT_NE(answer.text.find(row.said), std::string::npos) << row.line << ": " << answer.text;
    EXPECT_EQ(answer.announcement, "");
    EXPECT_EQ(web(), before);
  }
  const std::string longest(64, 'x');
  EXPECT_TRUE(admin("share " + longest + " 80").ok);
  EXPECT_FALSE(admin("edit " + longest + " 80 81").ok) << "its Offers would have no names";
}

TEST_F(EditCommand, CannotReachIntoAnotherGroup) {
  EXPECT_FALSE(admin("edit web 81", key_of(0x22)).ok);
  EXPECT_EQ(web().ports[0].first, 80);
}

TEST_F(EditCommand, SaysThatAFlagCountsAgain) {
  rig_.gateway.declare({{"flag", "127.0.0.1", {{70, 70, true, false}}}});
  EXPECT_NE(admin("edit flag 71").text.find("--share"), std::string::npos);
  EXPECT_NE(admin("unshare flag --yes").text.find("--share"), std::string::npos);
  EXPECT_EQ(admin("edit web 81").text, "changed: web (tcp 81) at 127.0.0.1");
}

TEST_F(EditCommand, AnnouncesNothingOfAListWhenTheServiceIsTakenBack) {
  admin("acl web list");
  EXPECT_EQ(admin("unshare web --yes").announcement, "");
}

TEST_F(EditCommand, AdminsSeeWhereAServiceStandsAndMembersDoNot) {
  admin("edit web @10.1.2.3");
  EXPECT_NE(admin("services").text.find("web (tcp 80) at 10.1.2.3"), std::string::npos);
  const Asker member{.level = Level::kMember, .chat_id = kGroup, .key = kAlice};
  EXPECT_EQ(rig_.commands.run("services", member).text.find("10.1.2.3"), std::string::npos);
}

}  // namespace
}  // namespace ngcshare
