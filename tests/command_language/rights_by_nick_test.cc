// Tests that a right which is given by nickname goes to the person that is meant.
#include <gtest/gtest.h>

#include "tests/command_language/permission_rig.h"

namespace ngcshare {
namespace {

using test::contains;
using test::kAlice;
using test::kAliceDigits;
using test::kBob;
using test::kBobDigits;
using test::key_of;
using test::kGroup;
using test::kRoot;

class RightsByNick : public test::PermissionTest {};

TEST_F(RightsByNick, NobodyIsTakenForAnotherOfTheSameNick) {
  rig_.present.push_back({{kGroup, key_of(0xAB)}, "alice", Role::kUser});
  for (const char* line : {"allow web @alice", "ban @alice", "admin add @alice"}) {
    const Answer answer = owner(line);
    EXPECT_FALSE(answer.ok) << line;
    EXPECT_TRUE(contains(answer.text, "AAAAAAAA") && contains(answer.text, "ABABABAB")) << line;
  }
  EXPECT_TRUE(owner("ban ABABABAB").ok);
  EXPECT_EQ(decision(kAlice), Decision::kAllowed);
}

// alice becomes alice-afk, and mallory takes her nickname.
TEST_F(RightsByNick, NobodyIsGivenARightByANickThatHasChangedHands) {
  rig_.person_store.seen({kGroup, kAlice}, "alice", rig_.now);
  rig_.present[0].nick = "alice-afk";
  const Key mallory = key_of(0xEE);
  rig_.person_store.seen({kGroup, mallory}, "alice", rig_.now + 60);
  rig_.present.push_back({{kGroup, mallory}, "alice", Role::kUser});
  for (const char* line : {"admin add @alice", "admin add @alice owner", "allow web @alice",
                           "unban @alice", "acl web clear @alice"}) {
    const Answer answer = owner(line);
    EXPECT_FALSE(answer.ok) << line;
    EXPECT_TRUE(contains(answer.text, "EEEEEEEEEEEEEEEE, called so since")) << answer.text;
    EXPECT_TRUE(contains(answer.text, "AAAAAAAAAAAAAAAA, once called alice")) << answer.text;
    EXPECT_FALSE(owner("yes").ok) << line;
  }
  EXPECT_EQ(rig_.access.level({kGroup, mallory}, Role::kUser, rig_.now), Level::kMember);
}

TEST_F(RightsByNick, WhatGivesARightByNickShowsTheKeyAndAsks) {
  admin("acl web list");
  rig_.person_store.seen({kGroup, kAlice}, "alice", 0);
  const Answer asked = owner("admin add @alice");
  EXPECT_TRUE(contains(asked.text,
                       "alice has the key AAAAAAAAAAAAAAAA, which has had this nickname "
                       "since 1970-01-01 00:00 UTC. Reply yes"))
      << asked.text;
  EXPECT_EQ(rig_.access.level({kGroup, kAlice}, Role::kUser, rig_.now), Level::kMember);
  EXPECT_TRUE(owner("yes").ok);
  EXPECT_EQ(rig_.access.level({kGroup, kAlice}, Role::kUser, rig_.now), Level::kAdmin);
  for (const char* line : {"allow web @alice", "acl web clear @alice"}) {
    EXPECT_TRUE(contains(admin(line).text, "Reply yes")) << line;
    EXPECT_TRUE(admin("yes").ok) << line;
  }
  EXPECT_TRUE(admin("ban @bob").ok) << "what takes a right does not ask";
  EXPECT_TRUE(contains(admin("unban @bob").text, "Reply yes"));
  EXPECT_TRUE(admin("yes").ok);
}

// Within the minute for the yes, alice takes another nickname and mallory takes hers.
TEST_F(RightsByNick, AYesIsForTheKeyThatWasShown) {
  EXPECT_TRUE(contains(owner("admin add @alice").text, "AAAAAAAAAAAAAAAA"));
  rig_.present[0] = {{kGroup, key_of(0xEE)}, "alice", Role::kUser};
  EXPECT_TRUE(contains(owner("yes").text, "has changed since you were asked"));
  EXPECT_EQ(rig_.access.level({kGroup, key_of(0xEE)}, Role::kUser, rig_.now), Level::kMember);
}

TEST_F(RightsByNick, OnTheMachineARightIsGivenByKeyOnly) {
  for (const Door door : {Door::kControl, Door::kPage}) {
    const Asker machine{.level = Level::kOwner, .chat_id = {}, .key = {}, .door = door};
    const Answer answer = run("allow web @alice", machine);
    EXPECT_FALSE(answer.ok);
    EXPECT_TRUE(contains(answer.text, "AAAAAAAAAAAAAAAA")) << answer.text;
    EXPECT_FALSE(run("allow web @alice", machine).ok) << "a repeated line is no confirmation";
    EXPECT_TRUE(run("allow web " + kAliceDigits, machine).ok);
    EXPECT_TRUE(run("deny web @alice", machine).ok);
  }
}

TEST_F(RightsByNick, NobodyBansThoseAboveThem) {
  owner("admin add " + to_hex(kRoot));
  EXPECT_FALSE(admin("ban @root").ok);
  EXPECT_TRUE(owner("ban @root").ok);
  owner("admin add " + kAliceDigits + " owner");
  EXPECT_FALSE(owner("ban @alice").ok);
  EXPECT_FALSE(run("ban @bob", {.level = Level::kAdmin, .chat_id = kGroup, .key = kBob}).ok);
}

TEST_F(RightsByNick, TheLastOwnerStays) {
  ASSERT_TRUE(owner("admin add " + kAliceDigits + " owner").ok);
  EXPECT_TRUE(contains(owner("admin remove @alice").text, "somebody else owner first"));
  EXPECT_FALSE(owner("admin add " + kAliceDigits).ok);
  ASSERT_TRUE(owner("admin add " + kBobDigits + " owner").ok);
  EXPECT_TRUE(owner("admin remove @alice").ok);
  EXPECT_TRUE(contains(owner("admin list").text, "bob (BBBBBBBBBBBBBBBB), owner"));
}

}  // namespace
}  // namespace ngcshare
