#include "bot/groups/friend_way.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/virtual_timer.h"

namespace ngcshare {
namespace {

using CallNames = std::vector<std::string>;

class FriendWayTest : public testing::Test {
 protected:
  // One iteration of toxcore.
  void iterate() {
    const auto actions = std::exchange(deferred_, {});
    for (const auto& action : actions) action();
  }
  void invite() { way_.on_invitation(std::vector<uint8_t>{1, 2, 3}); }
  CallNames calls() { return std::exchange(calls_, {}); }
  std::function<void()> note(const char* what) {
    return [this, what] { calls_.emplace_back(what); };
  }
  std::unique_ptr<OneShotTimer> timer() {
    auto made = std::make_unique<test::VirtualTimer>();
    timer_ = made.get();
    return made;
  }

  test::VirtualTimer* timer_ = nullptr;
  std::vector<std::function<void()>> deferred_;
  CallNames calls_;
  bool accepts_ = true;
  FriendWay way_{timer(),
                 {.request = note("request"),
                  .defer = [this](std::function<void()> action) { deferred_.push_back(action); },
                  .leave = note("leave"),
                  .accept =
                      [this](Bytes invitation) {
                        EXPECT_EQ(invitation.size(), 3U);
                        calls_.emplace_back("accept");
                        return accepts_;
                      },
                  .search = note("search"),
                  .part = note("part")}};
};

TEST_F(FriendWayTest, AConnectionEndsTheSearchAnInvitationFollowsAndTheFriendshipEndsInTheGroup) {
  way_.begin();
  EXPECT_EQ(calls(), CallNames{"request"});
  EXPECT_FALSE(way_.excludes_search());
  way_.on_online(true);
  EXPECT_EQ(calls(), CallNames{});  // nothing from inside toxcore
  EXPECT_TRUE(way_.excludes_search());
  iterate();
  EXPECT_EQ(calls(), CallNames{"leave"});
  invite();
  iterate();
  EXPECT_EQ(calls(), CallNames{"accept"});
  EXPECT_TRUE(way_.was_invited() && way_.excludes_search());
  way_.on_joined();
  iterate();
  EXPECT_EQ(calls(), CallNames{"part"});
  EXPECT_FALSE(way_.excludes_search());
  way_.end();
  timer_->run(std::chrono::hours(1));
  EXPECT_EQ(calls(), CallNames{});
}

TEST_F(FriendWayTest, ASearchThatComesFirstWins) {
  way_.begin();
  calls();
  way_.on_joined();
  way_.on_online(true);
  invite();
  for (int i = 0; i < 3; ++i) iterate();
  EXPECT_EQ(calls(), CallNames{"part"});
  EXPECT_FALSE(way_.was_invited());
}

TEST_F(FriendWayTest, ASearchThatComesFirstByAnIterationWins) {
  way_.begin();
  calls();
  way_.on_online(true);
  way_.on_joined();
  for (int i = 0; i < 3; ++i) iterate();
  EXPECT_EQ(calls(), CallNames{"part"});
}

TEST_F(FriendWayTest, WithoutAnAnswerTheRequestIsSentAnew) {
  way_.begin();
  timer_->run(2 * FriendWay::kRepeat);
  EXPECT_EQ(calls(), (CallNames{"request", "request", "request"}));
}

TEST_F(FriendWayTest, AConnectionWithoutAnInvitationIsFollowedByASearchAndAnotherRequest) {
  way_.begin();
  way_.on_online(true);
  iterate();
  way_.on_online(false);
  calls();
  timer_->run(FriendWay::kPatience);
  EXPECT_EQ(calls(), CallNames{"search"});
  EXPECT_FALSE(way_.excludes_search());
  timer_->run(FriendWay::kRepeat);
  EXPECT_EQ(calls(), CallNames{"request"});
}

TEST_F(FriendWayTest, AConnectionThatStandsIsWaitedOnAgain) {
  way_.begin();
  way_.on_online(true);
  iterate();
  calls();
  timer_->run(FriendWay::kPatience + FriendWay::kRepeat);
  iterate();
  EXPECT_EQ(calls(), (CallNames{"search", "leave"}));
  EXPECT_TRUE(way_.excludes_search());
}

TEST_F(FriendWayTest, AnInvitationThatLeadsNowhereIsFollowedByTheNext) {
  way_.begin();
  way_.on_online(true);
  iterate();
  calls();
  for (int i = 0; i < 2; ++i) {
    invite();
    invite();  // while the first one is being taken
    iterate();
    EXPECT_EQ(calls(), CallNames{"accept"});
    timer_->run(FriendWay::kPatience);
    iterate();
    EXPECT_EQ(calls(), CallNames{"leave"});
  }
}

TEST_F(FriendWayTest, AnInvitationThatIsRefusedLeadsBackToTheSearch) {
  accepts_ = false;
  way_.begin();
  way_.on_online(true);
  iterate();
  calls();
  invite();
  iterate();
  EXPECT_EQ(calls(), (CallNames{"accept", "search"}));
  EXPECT_FALSE(way_.was_invited());
}

TEST_F(FriendWayTest, TheFriendshipEndsWithTheProgram) {
  way_.begin();
  calls();
  way_.end();
  EXPECT_EQ(calls(), CallNames{"part"});
}

}  // namespace
}  // namespace ngcshare
