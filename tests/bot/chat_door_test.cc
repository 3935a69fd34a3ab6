// The bot's own member stands in for whoever writes: it is the founder of a group that nobody else
// is in, so that no network is needed.
#include "bot/chat_door.h"

#include <gtest/gtest.h>

#include "tests/bot/command_rig.h"

namespace ngcshare {
namespace {

constexpr PeerNumber kSelf = 0;

class ChatDoorTest : public testing::Test {
 protected:
  ChatDoorTest() { groups_.put({*offline_.node.chat_id(group_), "friends"}); }

  void write(const std::string& text, bool is_private = false) {
    door_.on_message(group_, kSelf, is_private, text, now_);
  }
  bool shared(const std::string& name) { return services_.find(name).has_value(); }

  test::CommandRig rig_;
  test::OfflineNode& offline_ = rig_.offline;
  storage::GroupStore& groups_ = rig_.groups;
  storage::ServiceStore& services_ = rig_.services;
  GroupNumber group_ = offline_.node.create_group("friends", "bot", false).value();
  SeenPeople seen_{offline_.loop, rig_.database, rig_.person_store, [this] { return rig_.now; }};
  ChatDoor door_{offline_.node, offline_.hub, rig_.commands,
                 rig_.access,   seen_,        [this] { return rig_.now; }};
  TimePoint now_{std::chrono::seconds(1000)};
};

TEST_F(ChatDoorTest, TakesAFoundersCommandsWithEachPrefix) {
  write("/share a 80");
  write("!share b 80");
  write("ngcshare: share c 80");
  write("/share d 80", true);
  EXPECT_TRUE(shared("a") && shared("b") && shared("c") && shared("d"));
  EXPECT_EQ(services_.find("a")->chat_id, offline_.node.chat_id(group_));
  EXPECT_EQ(services_.find("a")->created_by, offline_.node.own_key(group_));
}

TEST_F(ChatDoorTest, LeavesGroupTalkAloneButTakesPrivateLinesAsCommands) {
  write("share a 80");
  EXPECT_FALSE(shared("a"));
  write("share a 80", true);
  EXPECT_TRUE(shared("a"));
}

TEST_F(ChatDoorTest, TakesTwelveCommandsAtOnceAndOneEveryFiveSeconds) {
  for (int i = 1; i <= 12; ++i) write("/share s" + std::to_string(i) + " 80");
  EXPECT_TRUE(shared("s12"));
  now_ += std::chrono::milliseconds(5100);
  write("/share s13 80");
  EXPECT_TRUE(shared("s13"));
}

TEST_F(ChatDoorTest, IsSilentForFiveMinutesToWhoeverSendsMore) {
  for (int i = 1; i <= 13; ++i) write("/share s" + std::to_string(i) + " 80");
  EXPECT_FALSE(shared("s13"));
  now_ += ChatDoor::kSilence - std::chrono::seconds(1);
  write("/share s14 80");
  EXPECT_FALSE(shared("s14"));
  now_ += std::chrono::seconds(2);
  write("/share s15 80");
  EXPECT_TRUE(shared("s15"));
}

TEST_F(ChatDoorTest, AsksTheGroupBeforeSomethingIsDestroyed) {
  write("/share a 80");
  write("/unshare a");
  EXPECT_TRUE(shared("a"));
  write("/yes");
  EXPECT_FALSE(shared("a"));
}

TEST_F(ChatDoorTest, NotesWhoSpeaks) {
  write("/help");
  seen_.write();
  const auto seen = rig_.person_store.list(*offline_.node.chat_id(group_), 10);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].nick, "bot");
}

TEST_F(ChatDoorTest, SurvivesWhatIsNoText) {
  write("/" + std::string(1300, '\xFF'));
  write("/share a " + std::string(1000, '\x80'), true);
  write(std::string("/\0share", 7));
  write("", true);
  EXPECT_TRUE(services_.list().empty());
}

TEST_F(ChatDoorTest, IgnoresPeersThatAreNotThere) {
  door_.on_message(group_, 4711, false, "/share a 80", now_);
  door_.on_message(group_ + 1, kSelf, false, "/share a 80", now_);
  EXPECT_FALSE(shared("a"));
}

}  // namespace
}  // namespace ngcshare
