// The bot's own member stands in for whoever writes: it is the founder of a group that nobody else
// is in, so that no network is needed.
#include "bot/chat_door.h"

#include <gtest/gtest.h>

#include "bot/access.h"
#include "storage/group_store.h"
#include "tests/bot/offline_node.h"
#include "tests/bot/temporary_folder.h"

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

  test::TemporaryFolder folder_;
  test::OfflineNode offline_;
  GroupNumber group_ = offline_.node.create_group("friends", "bot", false).value();
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::GroupStore groups_{database_};
  storage::ServiceStore services_{database_};
  TargetPolicy policy_;
  Access access_{database_, {}};
  Gateway gateway_{offline_.hub, services_, access_, policy_};
  PathWatch paths_{offline_.hub, nullptr};
  Commands commands_{gateway_, paths_};
  ChatDoor door_{offline_.node, commands_, {}};
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
  for (int i = 1; i <= 13; ++i) write("/share s" + std::to_string(i) + " 80");
  EXPECT_TRUE(shared("s12"));
  EXPECT_FALSE(shared("s13"));
  now_ += std::chrono::milliseconds(4900);
  write("/share s14 80");
  EXPECT_FALSE(shared("s14"));
  now_ += std::chrono::milliseconds(200);
  write("/share s15 80");
  EXPECT_TRUE(shared("s15"));
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
