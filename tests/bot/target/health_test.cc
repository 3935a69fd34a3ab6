// Tests health checks against real local listeners.
#include "bot/target/health.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "tests/support/loop_rig.h"
#include "tests/support/no_descriptors.h"

namespace ngcshare {
namespace {

using State = TargetHealth::State;

// Accepts connections on a loopback port and closes them.
class Listener {
 public:
  explicit Listener(asio::io_context& loop, uint16_t port = 0,
                    const asio::ip::address& address = asio::ip::address_v4::loopback())
      : acceptor_(loop, {address, port}), accepted_(loop) {
    accept();
  }
  uint16_t port() const { return acceptor_.local_endpoint().port(); }
  size_t count() const { return count_; }

 private:
  void accept() {
    acceptor_.async_accept(accepted_, [this](const asio::error_code& error) {
      if (error) return;
      ++count_;
      accepted_.close();
      accept();
    });
  }
  asio::ip::tcp::acceptor acceptor_;
  asio::ip::tcp::socket accepted_;
  size_t count_ = 0;
};

class TargetHealthTest : public testing::Test {
 protected:
  ~TargetHealthTest() override {
    health_.reset();
    listener_.reset();
    rig_.run_ready();
  }
  void start(Duration interval = std::chrono::milliseconds(1), size_t most_at_once = 4) {
    health_ = std::make_unique<TargetHealth>(
        rig_.loop, rig_.entropy, policy_,
        TargetHealth::Config{.interval = {interval, interval},
                             .timeout = std::chrono::seconds(5),
                             .most_at_once = most_at_once},
        [this](int64_t service, State state) { results_.emplace_back(service, state); });
  }
  bool reaches(int64_t service, State state) {
    return rig_.run_until([&] { return health_->state(service) == state; });
  }

  test::LoopRig rig_;
  TargetPolicy policy_;
  std::unique_ptr<Listener> listener_ = std::make_unique<Listener>(rig_.loop);
  std::vector<std::pair<int64_t, State>> results_;
  std::unique_ptr<TargetHealth> health_;
};

TEST_F(TargetHealthTest, SeesATargetThatComesAndGoes) {
  start();
  const uint16_t port = listener_->port();
  for (const char* host : {"127.0.0.1", "localhost"}) {
    health_->watch(7, {host, port});
    EXPECT_EQ(health_->state(7), State::kUnknown);
    EXPECT_TRUE(reaches(7, State::kUp)) << host;
    listener_.reset();
    EXPECT_TRUE(reaches(7, State::kDown)) << host;
    listener_ = std::make_unique<Listener>(rig_.loop, port);
    EXPECT_TRUE(reaches(7, State::kUp)) << host;
  }
}

TEST_F(TargetHealthTest, SeesATargetThatListensOnIPv6Only) {
  start();
  Listener other(rig_.loop, 0, asio::ip::address_v6::loopback());
  health_->watch(7, {"127.0.0.1", other.port()});
  EXPECT_TRUE(reaches(7, State::kUp));
}

TEST_F(TargetHealthTest, TakesTwoFailuresInARowForDownAndOneSuccessForUp) {
  start(std::chrono::hours(1));
  health_->watch(7, {"127.0.0.1", 9});
  const struct {
    Attempt attempt;
    State state;
  } steps[] = {{Attempt::kFailed, State::kUnknown}, {Attempt::kReached, State::kUp},
               {Attempt::kFailed, State::kUp},      {Attempt::kReached, State::kUp},
               {Attempt::kFailed, State::kUp},      {Attempt::kFailed, State::kDown},
               {Attempt::kFailed, State::kDown},    {Attempt::kReached, State::kUp}};
  for (const auto& step : steps) {
    health_->note(7, step.attempt);
    EXPECT_EQ(health_->state(7), step.state);
    EXPECT_EQ(results_.back(), std::pair(int64_t{7}, step.state));
  }
  EXPECT_EQ(results_.size(), std::size(steps));
}

// Lets the first check be due at once.
struct NoChance : Entropy {
  uint32_t next_u32() override { return 0; }
};

TEST_F(TargetHealthTest, DoesNotCheckWhatAMemberHasJustUsed) {
  NoChance no_chance;
  TargetHealth health(rig_.loop, no_chance, policy_, {}, [](int64_t, State) {});
  health.watch(7, {"127.0.0.1", listener_->port()});
  health.note(7, Attempt::kReached);
  rig_.run_ready();
  EXPECT_EQ(listener_->count(), 0U);
  EXPECT_EQ(health.state(7), State::kUp);
}

TEST_F(TargetHealthTest, LearnsNothingFromAttemptsThatWereNotMade) {
  start(std::chrono::hours(1));
  health_->watch(7, {"127.0.0.1", 9});
  for (int i = 0; i < 3; ++i) health_->note(7, Attempt::kNotMade);
  EXPECT_EQ(health_->state(7), State::kUnknown);
  EXPECT_TRUE(results_.empty());
}

TEST_F(TargetHealthTest, BlamesNoTargetForItsOwnLackOfDescriptors) {
  if (test::kSanitized) GTEST_SKIP();
  start();
  health_->watch(7, {"127.0.0.1", listener_->port()});
  ASSERT_TRUE(reaches(7, State::kUp));
  {
    const test::NoMoreDescriptors none;
    const size_t before = results_.size();
    for (int i = 0; i < 100; ++i) rig_.loop.run_one_for(std::chrono::milliseconds(1));
    EXPECT_LE(results_.size(), before + 1) << "one probe may have been under way";
    EXPECT_EQ(health_->state(7), State::kUp);
  }
  const size_t before = results_.size();
  EXPECT_TRUE(rig_.run_until([&] { return results_.size() > before; })) << "it goes on";
}

TEST_F(TargetHealthTest, KnowsNothingOfWhatItDoesNotWatch) {
  start(std::chrono::hours(1));
  health_->note(7, Attempt::kReached);
  health_->forget(7);
  EXPECT_EQ(health_->state(7), State::kUnknown);
  EXPECT_TRUE(results_.empty());
}

TEST_F(TargetHealthTest, BeginsAnewWithAnotherTargetOnly) {
  start(std::chrono::hours(1));
  health_->watch(7, {"127.0.0.1", 9});
  health_->note(7, Attempt::kReached);
  health_->watch(7, {"127.0.0.1", 9});
  EXPECT_EQ(health_->state(7), State::kUp);
  health_->watch(7, {"127.0.0.1", 10});
  EXPECT_EQ(health_->state(7), State::kUnknown);
}

TEST_F(TargetHealthTest, NeverConnectsToWhatIsNotAllowed) {
  start();
  health_->watch(7, {"0.0.0.0", listener_->port()});
  EXPECT_TRUE(reaches(7, State::kDown));
  EXPECT_EQ(listener_->count(), 0U);
}

TEST_F(TargetHealthTest, TriesManyAFewAtATime) {
  start(std::chrono::milliseconds(1), 1);
  for (int64_t service = 1; service <= 30; ++service) {
    health_->watch(service, {"127.0.0.1", listener_->port()});
  }
  for (int64_t service = 1; service <= 30; ++service) EXPECT_TRUE(reaches(service, State::kUp));
}

TEST_F(TargetHealthTest, MayBeForgottenInTheMiddleOfATry) {
  start();
  health_->watch(7, {"127.0.0.1", listener_->port()});
  ASSERT_TRUE(rig_.run_until([&] { return listener_->count() > 0; }));
  health_->forget(7);
  health_->watch(8, {"127.0.0.1", listener_->port()});
  EXPECT_TRUE(reaches(8, State::kUp));
  EXPECT_EQ(health_->state(7), State::kUnknown);
}

// A check in progress must not use its owner after the owner is destroyed.
TEST_F(TargetHealthTest, MayDieInTheMiddleOfATry) {
  for (int round = 0; round < 20; ++round) {
    start();
    for (int64_t service = 1; service <= 4; ++service) {
      health_->watch(service, {"127.0.0.1", listener_->port()});
    }
    for (int steps = 0; steps < round; ++steps) rig_.loop.run_one();
    health_.reset();
    rig_.run_ready();
  }
  results_.clear();
  rig_.run_ready();
  EXPECT_TRUE(results_.empty());
}

}  // namespace
}  // namespace ngcshare
