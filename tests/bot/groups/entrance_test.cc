// Tests getting into a group, against liars, kicks and a group that is not found, in virtual time.
#include "bot/groups/entrance.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/support/seeded_entropy.h"
#include "tests/support/virtual_timer.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using Kind = GroupTrouble::Kind;
using Sight = Entrance::Sight;

class EntranceTest : public testing::Test {
 protected:
  void start(std::vector<std::string> passwords = {}) {
    auto timer = std::make_unique<test::VirtualTimer>();
    timer_ = timer.get();
    entrance_.emplace(std::move(timer), entropy_, std::move(passwords),
                      Entrance::Ways{.look = [this] { return sight_; },
                                     .join =
                                         [this](const std::string& password) {
                                           joins_.push_back(password);
                                           sight_ = Sight::kAlone;
                                         },
                                     .report =
                                         [this](const GroupTrouble& trouble) {
                                           reports_.push_back(describe(trouble));
                                         }});
    entrance_->begin();
  }
  void refuse(JoinFailure failure = JoinFailure::kWrongPassword) {
    sight_ = Sight::kCutOff;
    entrance_->on_refused(failure);
  }
  // Answers each of the next joins, except the first one, which is under way, with a refusal.
  void refuse_times(size_t times) {
    for (size_t i = 0; i < times; ++i) {
      refuse();
      time_to_next_join();
    }
  }
  milliseconds time_to_next_join() {
    const milliseconds begin = timer_->now;
    const size_t before = joins_.size();
    while (joins_.size() == before) timer_->run(100ms);
    return timer_->now - begin;
  }

  test::SeededEntropy entropy_{1};
  test::VirtualTimer* timer_ = nullptr;
  Sight sight_ = Sight::kAlone;
  std::optional<Entrance> entrance_;
  std::vector<std::string> joins_;
  std::vector<std::string> reports_;
};

TEST_F(EntranceTest, NoNumberOfRefusalsIsFinal) {
  start();
  refuse_times(200);
  EXPECT_EQ(joins_.size(), 200U);
  EXPECT_FALSE(entrance_->is_in());
  entrance_->on_joined();
  EXPECT_TRUE(entrance_->is_in());
  EXPECT_EQ(entrance_->trouble().kind, Kind::kNone);
}

TEST_F(EntranceTest, ComesBackSoonAtFirstAndThenMoreAndMoreRarely) {
  start();
  std::vector<milliseconds> delays;
  for (int i = 0; i < 30; ++i) {
    refuse();
    delays.push_back(time_to_next_join());
  }
  EXPECT_GE(delays[0], 500ms);
  EXPECT_LE(delays[0], 1600ms);
  EXPECT_GE(delays[4], 8s);
  EXPECT_LE(delays[4], 25s);
  for (size_t i = 10; i < delays.size(); ++i) {
    EXPECT_GE(delays[i], Entrance::kMostRefusalDelay / 2) << i;
    EXPECT_LE(delays[i], 451s) << i;
  }
  EXPECT_NE(delays[20], delays[21]) << "the delays have a random part";
}

TEST_F(EntranceTest, SaysAfterAWhileWhatItWasTold) {
  start();
  refuse_times(2);
  EXPECT_TRUE(reports_.empty()) << "the first ones may be lies";
  EXPECT_EQ(describe(entrance_->trouble()), "refused 2 times, at last because of a wrong password");
  refuse();
  EXPECT_EQ(reports_,
            std::vector<std::string>{"refused 3 times, at last because of a wrong password"});
  refuse_times(98);
  EXPECT_EQ(reports_.size(), 4U) << "after 3, 10, 30 and 100";
  reports_.clear();
  entrance_->on_joined();
  EXPECT_EQ(reports_, std::vector<std::string>{""});
  entrance_->on_joined();
  EXPECT_EQ(reports_.size(), 1U);
}

TEST_F(EntranceTest, TellsTheRefusalsApart) {
  start();
  refuse(JoinFailure::kFull);
  EXPECT_EQ(describe(entrance_->trouble()), "refused once, at last because the group is full");
  refuse(JoinFailure::kOther);
  EXPECT_EQ(describe(entrance_->trouble()), "refused 2 times");
}

TEST_F(EntranceTest, TriesItsPasswordsInTurn) {
  start({"newer", "older"});
  refuse_times(3);
  ASSERT_EQ(joins_.size(), 3U);
  EXPECT_EQ(joins_[0], "older");
  EXPECT_EQ(joins_[1], "newer");
  EXPECT_EQ(joins_[2], "older");
  refuse(JoinFailure::kFull);
  timer_->run(1min);
  EXPECT_EQ(joins_[3], "older") << "nothing was said against it";
}

TEST_F(EntranceTest, GoesBackAfterAKickAndMoreRarelyAfterMore) {
  start();
  entrance_->on_joined();
  sight_ = Sight::kInCompany;
  timer_->run(1min);
  EXPECT_TRUE(joins_.empty());
  sight_ = Sight::kCutOff;
  timer_->run(Entrance::kLook);
  EXPECT_FALSE(entrance_->is_in());
  EXPECT_EQ(reports_, std::vector<std::string>{"kicked out once"});
  milliseconds delay{};
  for (size_t kick = 1; kick < 20; ++kick) {
    EXPECT_EQ(entrance_->trouble().times, kick);
    delay = time_to_next_join();
    if (kick == 1) {
      EXPECT_LE(delay, Entrance::kKickDelay * 3 / 2);
    }
    entrance_->on_joined();
    sight_ = Sight::kCutOff;
    timer_->run(Entrance::kLook);
  }
  EXPECT_GE(delay, Entrance::kMostKickDelay / 2);
  EXPECT_LE(delay, Entrance::kMostKickDelay * 3 / 2);
}

TEST_F(EntranceTest, ForgetsOldTroubleInAGroupThatKeepsIt) {
  start();
  refuse_times(8);
  entrance_->on_joined();
  sight_ = Sight::kInCompany;
  timer_->run(Entrance::kCalm + 1min);
  refuse();
  EXPECT_EQ(entrance_->trouble().times, 1U);
}

TEST_F(EntranceTest, SearchesAnewForAGroupThatIsNotFound) {
  start();
  timer_->run(Entrance::kPatience - 1s);
  EXPECT_TRUE(joins_.empty()) << "toxcore is searching";
  timer_->run(1s);
  EXPECT_EQ(joins_.size(), 1U);
  EXPECT_EQ(reports_, std::vector<std::string>{"nobody of the group found in 5 minutes"});
  timer_->run(10h);
  EXPECT_GE(joins_.size(), 10h / Entrance::kMostPatience);
  EXPECT_LE(joins_.size(), 10h / Entrance::kMostPatience + 5);
  sight_ = Sight::kInCompany;
  timer_->run(Entrance::kLook);
  EXPECT_TRUE(entrance_->is_in());
  EXPECT_EQ(reports_.back(), "");
}

TEST_F(EntranceTest, StaysInAGroupThatTheOthersHaveLeft) {
  start();
  sight_ = Sight::kInCompany;
  timer_->run(1min);
  sight_ = Sight::kAlone;
  timer_->run(10h);
  EXPECT_TRUE(entrance_->is_in());
  EXPECT_TRUE(joins_.empty());
  EXPECT_TRUE(reports_.empty());
}

}  // namespace
}  // namespace ngcshare
