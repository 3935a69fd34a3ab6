#include "bot/groups/keeper.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "bot/base/log.h"
#include "storage/database/database.h"
#include "tests/support/hub_rig.h"
#include "tests/support/keys.h"
#include "tests/support/offline_node.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/virtual_timer.h"

namespace ngcshare {
namespace {

class GroupKeeperTest : public testing::Test {
 protected:
  // A gateway that is started again, on the same database and profile.
  GroupKeeper& start(GroupKeeper::Config config = {}) {
    config.nick = "bot";
    keeper_ = std::make_unique<GroupKeeper>(
        offline_.node, peers_, database_, offline_.entropy, output_, std::move(config),
        GroupKeeper::Ways{
            .save_soon = [this] { ++saves_; },
            .save_at_once = [this] { ++saves_at_once_; },
            .make_timer =
                [this] {
                  auto timer = std::make_unique<test::VirtualTimer>();
                  timer_ = timer.get();
                  return timer;
                },
            .tell_owners = [this](const std::string& text) { told_.push_back(text); }});
    EXPECT_TRUE(keeper_->begin());
    return *keeper_;
  }
  // The events that `action` prints, without the lines of the log.
  template <typename Action>
  std::vector<nlohmann::json> events_of(const Action& action) {
    testing::internal::CaptureStdout();
    action();
    std::istringstream lines(testing::internal::GetCapturedStdout());
    std::vector<nlohmann::json> events;
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('{')) events.push_back(nlohmann::json::parse(line));
    }
    return events;
  }
  ToxNode& node() { return offline_.node; }
  GroupNumber only_group() { return node().groups().at(0); }
  Key only_chat_id() { return node().chat_id(only_group()).value(); }
  // The chat id of a group elsewhere.
  Key chat_id_elsewhere() {
    return elsewhere_.node.chat_id(elsewhere_.node.create_group("room", "x", false).value())
        .value();
  }

  test::TemporaryFolder folder_;
  test::OfflineNode offline_;
  test::OfflineNode elsewhere_;
  GroupPeers peers_{offline_.node, offline_.hub};
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::GroupStore store_{database_};
  const Output output_{true};
  std::unique_ptr<GroupKeeper> keeper_;
  int saves_ = 0;
  int saves_at_once_ = 0;
  test::VirtualTimer* timer_ = nullptr;  // of the group that was added last
  std::vector<std::string> told_;        // to the owners
};

TEST_F(GroupKeeperTest, CreatesAGroupAndStoresIt) {
  start({.create = "friends", .password = "secret"});
  ASSERT_EQ(node().groups().size(), 1U);
  const auto records = store_.list();
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].chat_id, only_chat_id());
  EXPECT_EQ(records[0].name, "friends");
  EXPECT_EQ(records[0].password, "secret");
  EXPECT_FALSE(records[0].is_private);
  EXPECT_EQ(keeper_->chat_ids(), std::vector{only_chat_id()});
}

TEST_F(GroupKeeperTest, DoesNotCreateAGroupThatItHas) {
  start({.create = "friends"});
  start({.create = "friends"});
  EXPECT_EQ(node().groups().size(), 1U);
  start({.create = "others"});
  EXPECT_EQ(node().groups().size(), 2U);
}

TEST_F(GroupKeeperTest, CreatesAPrivateGroupAndTellsMembersWhoInvites) {
  GroupKeeper& keeper = start({.create = "friends", .create_private = true});
  EXPECT_TRUE(store_.list().at(0).is_private);
  const auto events = events_of([&] { keeper.show(only_group()); });
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("event"), "group");
  EXPECT_EQ(events[0].at("chat_id"), to_hex(only_chat_id()));
  EXPECT_EQ(events[0].at("private"), true);
  EXPECT_EQ(events[0].at("own_key"), to_hex(node().own_key(only_group()).value()));
  EXPECT_EQ(events[0].at("member_command"), "ngcshare connect " + to_hex(only_chat_id()) +
                                                " --all --invited-by " + node().address());
}

TEST_F(GroupKeeperTest, InvitesNobodyWhoIsNotNamed) {
  const Key named = test::key_of(1);
  const Key left_over = test::key_of(2);
  GroupKeeper& keeper = start({.create = "friends", .create_private = true, .invited = {named}});
  start_log("debug", false);
  const auto ignored = [&](const Key& key) {
    keeper.on_friend_online(key);
    const auto log = recent_log();
    return !log.empty() && log.back().event == "friend.not_invited";
  };
  EXPECT_FALSE(ignored(named));
  EXPECT_TRUE(ignored(left_over));
  start_log("off", false);
}

TEST_F(GroupKeeperTest, JoinsTheGroupsItIsStartedWithAndJoinsThemAgain) {
  const Key chat_id = chat_id_elsewhere();
  start({.join = {chat_id}, .password = "secret"});
  EXPECT_TRUE(node().find_group(chat_id));
  EXPECT_EQ(store_.find(chat_id)->password, "secret");
  ASSERT_TRUE(node().leave_group(*node().find_group(chat_id)));
  node().iterate();
  ASSERT_FALSE(node().find_group(chat_id));
  start();
  EXPECT_TRUE(node().find_group(chat_id));
}

TEST_F(GroupKeeperTest, LetsRolesCountInGroupsThatItHasCreatedAlone) {
  const Key chat_id = chat_id_elsewhere();
  start({.create = "friends", .join = {chat_id}});
  GroupKeeper& keeper = start({.create = "friends", .join = {chat_id}, .password = "secret"});
  const Key other = chat_id_elsewhere();
  EXPECT_FALSE(keeper.join(other, ""));
  node().iterate();
  ASSERT_EQ(store_.list().size(), 3U);
  for (const auto& record : store_.list()) {
    EXPECT_EQ(record.group_roles, record.name == "friends") << record.name;
  }
}

TEST_F(GroupKeeperTest, CannotBringBackAPrivateGroupThatTheProfileLost) {
  const Key chat_id = chat_id_elsewhere();
  store_.put({chat_id, "friends", std::nullopt, true, 0});
  GroupKeeper& keeper = start();
  EXPECT_TRUE(node().groups().empty());
  ASSERT_EQ(keeper.missing().size(), 1U);
  EXPECT_TRUE(keeper.missing()[0].starts_with("friends (it is private and lost"));
}

TEST_F(GroupKeeperTest, StoresAGroupAtOnceAndJoinsItAfterTheIteration) {
  GroupKeeper& keeper = start();
  const Key chat_id = chat_id_elsewhere();
  EXPECT_FALSE(keeper.join(chat_id, "secret"));
  EXPECT_EQ(store_.find(chat_id)->password, "secret");
  EXPECT_FALSE(node().find_group(chat_id));
  node().iterate();
  EXPECT_TRUE(node().find_group(chat_id));
  EXPECT_EQ(saves_, 1);
  EXPECT_EQ(keeper.join(chat_id, ""), "this gateway is in that group already");
}

TEST_F(GroupKeeperTest, RefusesAChatIdThatNoGroupCanHave) {
  GroupKeeper& keeper = start();
  EXPECT_TRUE(keeper.join(Key{}, ""));
  EXPECT_TRUE(store_.list().empty());
}

TEST_F(GroupKeeperTest, LeavesAGroupAfterTheIteration) {
  GroupKeeper& keeper = start({.create = "friends"});
  const Key chat_id = only_chat_id();
  peers_.welcome(only_group(), 7, {chat_id, test::key_of(0xA1)}, Role::kUser);
  EXPECT_EQ(keeper.list().at(0).peers, 1U);
  EXPECT_FALSE(keeper.leave(chat_id));
  EXPECT_TRUE(store_.list().empty());
  EXPECT_TRUE(node().find_group(chat_id));
  node().iterate();
  EXPECT_EQ(peers_.count(chat_id), 0U);
  node().iterate();
  EXPECT_TRUE(keeper.list().empty());
}

// After a crash between the two writes the database lacks the group and the profile has it still.
TEST_F(GroupKeeperTest, WritesTheProfileAtOnceWhenItLeavesAGroup) {
  GroupKeeper& keeper = start({.create = "friends"});
  EXPECT_FALSE(keeper.leave(only_chat_id()));
  node().iterate();
  EXPECT_EQ(saves_at_once_, 1);
  EXPECT_EQ(saves_, 0);
}

// An owner may have turned them off in the database that was lost.
TEST_F(GroupKeeperTest, LetsRolesCountInNoGroupThatOnlyTheProfileKnows) {
  start({.create = "friends"});
  const Key chat_id = only_chat_id();
  ASSERT_TRUE(store_.find(chat_id)->group_roles);
  store_.remove(chat_id);
  start();
  ASSERT_TRUE(store_.find(chat_id));
  EXPECT_FALSE(store_.find(chat_id)->group_roles);
}

TEST_F(GroupKeeperTest, MissesGroupsThatItHasNotReached) {
  const Key chat_id = chat_id_elsewhere();
  GroupKeeper& keeper = start({.create = "friends", .join = {chat_id}});
  EXPECT_EQ(keeper.missing(), std::vector<std::string>{to_hex(chat_id)});
  const auto groups = keeper.list();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].name, "friends");
  EXPECT_EQ(groups[1].chat_id, chat_id);
}

TEST_F(GroupKeeperTest, StoresTheNameThatItLearnsByJoining) {
  GroupKeeper& keeper = start({.create = "friends"});
  auto record = store_.list().at(0);
  record.name = "old name";
  store_.put(record);
  const auto events = events_of([&] { keeper.on_joined(only_group()); });
  EXPECT_EQ(store_.list().at(0).name, "friends");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].at("event"), "joined");
  EXPECT_EQ(events[0].at("name"), "friends");
  EXPECT_TRUE(events_of([&] { keeper.on_joined(4711); }).empty());
}

// -- refused, kicked out, not found --------------------------------------------------------------

TEST_F(GroupKeeperTest, NeverGivesUpAGroupThatRefusesIt) {
  const Key chat_id = chat_id_elsewhere();
  GroupKeeper& keeper = start({.join = {chat_id}, .password = "secret"});
  for (int times = 0; times < 3; ++times) {
    keeper.on_join_failed(only_group(), JoinFailure::kWrongPassword);
  }
  const std::string problem = "refused 3 times, at last because of a wrong password";
  EXPECT_EQ(keeper.list().at(0).problem, problem);
  EXPECT_EQ(keeper.missing(), std::vector<std::string>{to_hex(chat_id) + " (" + problem + ")"});
  ASSERT_EQ(told_.size(), 1U);
  EXPECT_NE(told_[0].find(problem), std::string::npos) << told_[0];
  timer_->run(Entrance::kMostRefusalDelay);
  EXPECT_GT(saves_, 0) << "it has joined again";
  keeper.on_joined(only_group());
  EXPECT_EQ(keeper.list().at(0).problem, "");
  EXPECT_TRUE(keeper.missing().empty());
  EXPECT_NE(told_.back().find("again"), std::string::npos) << told_.back();
}

// The founder had changed it while the gateway was in the group.
TEST_F(GroupKeeperTest, KeepsAPasswordThatIsNewerThanTheStoredOne) {
  start({.create = "friends", .password = "older"});
  ASSERT_TRUE(node().set_group_password(only_group(), "newer"));
  GroupKeeper& keeper = start();
  EXPECT_EQ(node().group_password(only_group()), "newer");
  EXPECT_EQ(store_.list().at(0).password, "older");
  keeper.on_joined(only_group());
  EXPECT_EQ(store_.list().at(0).password, "newer");
}

TEST_F(GroupKeeperTest, StoresTheGroupsOfItsProfileInANewDatabase) {
  start({.create = "friends", .password = "secret"});
  auto before = store_.list();
  ASSERT_TRUE(store_.remove(only_chat_id()));
  start({.create = "friends"});
  EXPECT_EQ(node().groups().size(), 1U) << "no second one of that name";
  ASSERT_EQ(store_.list().size(), 1U);
  const auto after = store_.list()[0];
  before.at(0).joined_at = after.joined_at;
  before[0].group_roles = false;  // an owner may have turned them off
  EXPECT_EQ(after, before[0]);
}

TEST_F(GroupKeeperTest, NoticesANewPasswordWhileItIsInTheGroup) {
  start({.create = "friends", .password = "older"});
  ASSERT_TRUE(node().set_group_password(only_group(), "newer"));
  timer_->run(Entrance::kLook);
  EXPECT_EQ(store_.list().at(0).password, "newer");
}

TEST_F(GroupKeeperTest, TriesAllPasswordsThatItKnows) {
  const Key chat_id = chat_id_elsewhere();
  start({.join = {chat_id}, .password = "stored"});
  node().join_group(chat_id, "bot", "of toxcore");  // as if the group had told it
  GroupKeeper& keeper = start({.join = {chat_id}, .password = "of the flag"});
  std::vector<std::string> tried;
  for (int times = 0; times < 4; ++times) {
    tried.push_back(node().group_password(only_group()));
    keeper.on_join_failed(only_group(), JoinFailure::kWrongPassword);
    timer_->run(std::chrono::seconds(20));
  }
  EXPECT_EQ(tried, (std::vector<std::string>{"of toxcore", "of the flag", "stored", "of toxcore"}));
}

TEST_F(GroupKeeperTest, SaysWhenNobodyOfAGroupIsFound) {
  GroupKeeper& keeper = start({.join = {chat_id_elsewhere()}});
  timer_->run(Entrance::kPatience);
  EXPECT_EQ(keeper.list().at(0).problem, "nobody of the group found in 5 minutes");
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(GroupKeeperTest, IsAtHomeInItsOwnGroup) {
  GroupKeeper& keeper = start({.create = "friends"});
  EXPECT_TRUE(keeper.list().at(0).connected);
  timer_->run(std::chrono::hours(2));
  EXPECT_TRUE(told_.empty());
}

}  // namespace
}  // namespace ngcshare
