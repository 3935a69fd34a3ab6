#include <gtest/gtest.h>

#include "bot/groups/chat_door.h"
#include "tests/command_language/command_rig.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare {
namespace {

using storage::key_of;

const Key kGroup = key_of(1);
const Key kOther = key_of(2);
const Key kAnna = key_of(11);

class InvitationCommands : public testing::Test {
 protected:
  InvitationCommands() {
    for (const Key& chat_id : {kGroup, kOther}) {
      rig_.groups.put({.chat_id = chat_id, .name = "room"});
      InvitationLink link;
      link.chat_id = chat_id;
      link.password = "sesame";
      rig_.program.links.push_back(link);
    }
    rig_.program.known = {{.chat_id = kGroup, .name = "friends"}};
  }
  Answer at_machine(const std::string& line) {
    return rig_.commands.run(line, {Level::kOwner, {}, {}, Door::kControl});
  }
  Answer in_group(const std::string& line, Level level = Level::kAdmin) {
    return rig_.commands.run(
        line, {.level = level, .chat_id = kGroup, .key = key_of(5), .door = Door::kGroup});
  }
  // The link in the first line of an answer.
  static InvitationLink link_of(const Answer& answer) {
    const auto parsed = parse_invitation_link(answer.text.substr(0, answer.text.find('\n')));
    EXPECT_TRUE(answer.ok && std::holds_alternative<InvitationLink>(parsed)) << answer.text;
    const auto* const link = std::get_if<InvitationLink>(&parsed);
    return link == nullptr ? InvitationLink() : *link;
  }
  std::optional<Key> admit(const InvitationLink& link, const Key& guest = kAnna) {
    return rig_.invitations.admit(link.secret, guest, rig_.now);
  }
  static bool contains(const Answer& answer, const std::string& part) {
    return answer.text.find(part) != std::string::npos;
  }

  test::CommandRig rig_;
};

TEST_F(InvitationCommands, ALinkLetsInWhoeverHasItUntilItIsRevoked) {
  const InvitationLink link = link_of(at_machine("invite"));
  EXPECT_EQ(link.chat_id, kGroup);
  EXPECT_EQ(link.password, "");
  EXPECT_EQ(admit(link), kGroup);
  EXPECT_EQ(admit(link, key_of(12)), kGroup);
  const Answer list = at_machine("invites");
  EXPECT_TRUE(contains(list, "1: group 01010101") && contains(list, "used 2 times")) << list.text;
  EXPECT_TRUE(at_machine("revoke-invite 1").ok);
  EXPECT_EQ(admit(link), std::nullopt);
  EXPECT_FALSE(at_machine("revoke-invite 1").ok);
  EXPECT_FALSE(at_machine("revoke-invite x").ok);
}

TEST_F(InvitationCommands, TakesItsArgumentsInAnyOrder) {
  for (const char* line :
       {"invite once 2h with-password friends", "invite friends --with-password 2h once"}) {
    const InvitationLink link = link_of(at_machine(line));
    EXPECT_EQ(link.password, "sesame");
    EXPECT_EQ(admit(link), kGroup);
    EXPECT_EQ(admit(link, key_of(12)), std::nullopt);
    rig_.now += 7200;
    EXPECT_EQ(admit(link), std::nullopt);
  }
  for (const char* line : {"invite 2h 3h", "invite friends room", "invite a b c d e"}) {
    EXPECT_FALSE(at_machine(line).ok) << line;
  }
}

TEST_F(InvitationCommands, SaysThatThePasswordIsMissing) {
  EXPECT_TRUE(contains(at_machine("invite"), "password is not in it"));
  EXPECT_FALSE(contains(at_machine("invite with-password"), "password is not in it"));
}

TEST_F(InvitationCommands, AsksForTheGroupIfThereAreMoreAndNamesUnknownOnes) {
  rig_.program.known.push_back({.chat_id = kOther, .name = "others"});
  EXPECT_FALSE(at_machine("invite").ok);
  EXPECT_EQ(link_of(at_machine("invite others")).chat_id, kOther);
  EXPECT_FALSE(at_machine("invite nobody").ok);
  rig_.program.links.clear();
  EXPECT_FALSE(at_machine("invite others").ok);
  rig_.program.known.clear();
  EXPECT_FALSE(at_machine("invite").ok);
}

TEST_F(InvitationCommands, AnAdminInvitesToTheirOwnGroupAndSeesItsInvitationsAlone) {
  rig_.program.known.push_back({.chat_id = kOther, .name = "others"});
  EXPECT_EQ(link_of(in_group("invite")).chat_id, kGroup);
  EXPECT_FALSE(in_group("invite others").ok);
  EXPECT_EQ(link_of(in_group("invite others", Level::kOwner)).chat_id, kOther);
  EXPECT_FALSE(contains(in_group("invites"), "2: "));
  EXPECT_TRUE(contains(in_group("invites", Level::kOwner), "2: "));
  EXPECT_FALSE(in_group("revoke-invite 2").ok);
  EXPECT_TRUE(in_group("revoke-invite 1").ok);
}

TEST_F(InvitationCommands, TheLogShowsNoSecret) {
  const Answer answer = in_group("invite");
  const std::string secret = answer.text.substr(9, 400);
  const Answer log = at_machine("log");
  EXPECT_TRUE(contains(log, "invite – done")) << log.text;
  EXPECT_FALSE(contains(log, secret.substr(0, secret.find('\n'))));
  EXPECT_TRUE(answer.announcement.empty());  // the chat door sends the rest to the asker alone
}

TEST_F(InvitationCommands, ALinkInTheChatIsNoCommand) {
  const InvitationLink link = link_of(at_machine("invite"));
  EXPECT_EQ(strip_prefix(to_text(link)), std::nullopt);
  EXPECT_EQ(strip_prefix("ngcshare: invites"), "invites");
}

TEST_F(InvitationCommands, AreLimitedInNumber) {
  for (size_t i = 0; i < Invitations::kMost; ++i) EXPECT_TRUE(at_machine("invite").ok);
  const Answer answer = at_machine("invite");
  EXPECT_TRUE(!answer.ok && contains(answer, "revoke one of them")) << answer.text;
}

}  // namespace
}  // namespace ngcshare
