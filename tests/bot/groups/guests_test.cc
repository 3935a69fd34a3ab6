#include "bot/groups/guests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "bot/invitation/request.h"
#include "tests/support/virtual_timer.h"

namespace ngcshare {
namespace {

using Calls = std::vector<std::pair<std::string, Key>>;

Key key(uint8_t fill) {
  Key made{};
  made.fill(fill);
  return made;
}

const Key kAnna = key(1);
const Key kGroup = key(9);
const InvitationSecret kGood{1, 2, 3};

class GuestsTest : public testing::Test {
 protected:
  void request(const Key& from, const InvitationSecret& secret = kGood) {
    say(from, request_with(secret));
  }
  void say(const Key& from, const std::string& message) {
    guests_.on_request(from, {reinterpret_cast<const uint8_t*>(message.data()), message.size()});
  }
  void pass(std::chrono::seconds time) {
    now_ += time;
    timer_->run(time);
  }
  Calls calls() { return std::exchange(calls_, {}); }
  std::unique_ptr<OneShotTimer> timer() {
    auto made = std::make_unique<test::VirtualTimer>();
    timer_ = made.get();
    return made;
  }

  TimePoint now_{std::chrono::seconds(100)};
  test::VirtualTimer* timer_ = nullptr;
  Calls calls_;  // what happened to whom
  size_t looked_at_ = 0;
  bool revoked_ = false;
  int partings_ = 0;
  bool can_invite_ = true;
  Guests guests_{
      timer(),
      {.admit = [](const InvitationSecret& secret, const Key&) -> std::optional<Key> {
         return secret == kGood ? std::optional(kGroup) : std::nullopt;
       },
       .would_admit =
           [this](const InvitationSecret& secret, const Key&) {
             ++looked_at_;
             return secret == kGood && !revoked_;
           },
       .befriend =
           [this](const Key& guest) {
             calls_.emplace_back("befriend", guest);
             return true;
           },
       .invite =
           [this](const Key& chat_id, const Key& guest) {
             EXPECT_EQ(chat_id, kGroup);
             calls_.emplace_back("invite", guest);
             return can_invite_;
           },
       .turn_away = [this](const Key& guest) { calls_.emplace_back("turn away", guest); },
       .part =
           [this](const std::vector<Key>& guests) {
             ++partings_;
             for (const Key& guest : guests) calls_.emplace_back("part", guest);
           },
       .now = [this] { return now_; }}};
};

TEST_F(GuestsTest, AGuestIsInvitedOnceOnlineAndForgottenAfterLeaving) {
  request(kAnna);
  EXPECT_EQ(calls(), (Calls{{"befriend", kAnna}}));
  pass(std::chrono::seconds(60));
  EXPECT_EQ(calls(), Calls{});
  EXPECT_TRUE(guests_.on_online(kAnna));
  EXPECT_TRUE(guests_.on_online(kAnna));  // from a relay to a direct path
  EXPECT_EQ(calls(), (Calls{{"invite", kAnna}}));
  guests_.on_offline(kAnna);
  pass(Guests::kFarewell);
  EXPECT_EQ(calls(), (Calls{{"part", kAnna}}));
  EXPECT_EQ(guests_.count(), 0U);
}

TEST_F(GuestsTest, OthersAreNotAnswered) {
  say(kAnna, "hello, let me in");
  EXPECT_EQ(calls(), Calls{});
  EXPECT_EQ(looked_at_, 0U);
  request(kAnna, {});
  EXPECT_EQ(calls(), (Calls{{"turn away", kAnna}}));
  EXPECT_FALSE(guests_.on_online(kAnna));
  guests_.on_offline(kAnna);
  EXPECT_EQ(guests_.count(), 0U);
}

TEST_F(GuestsTest, WhoHadAWrongSecretMayComeWithAGoodOne) {
  request(kAnna, {});
  calls();
  request(kAnna);
  EXPECT_EQ(calls(), (Calls{{"befriend", kAnna}}));
}

TEST_F(GuestsTest, AGuestWhoNeverComesIsForgotten) {
  request(kAnna);
  pass(Guests::kWait - Guests::kTick);
  EXPECT_EQ(guests_.count(), 1U);
  calls();
  pass(Guests::kTick);
  EXPECT_EQ(calls(), (Calls{{"part", kAnna}}));
}

TEST_F(GuestsTest, AnInvitationWithoutEffectIsRepeatedForALimitedTime) {
  request(kAnna);
  guests_.on_online(kAnna);
  calls();
  const auto invited = std::pair(std::string("invite"), kAnna);
  pass(Guests::kFirstRepeat);
  EXPECT_EQ(calls(), Calls{invited});
  pass(Guests::kRepeat - Guests::kTick);
  EXPECT_EQ(calls(), Calls{});
  pass(Guests::kTick);
  EXPECT_EQ(calls(), Calls{invited});
  pass(Guests::kStay - Guests::kFirstRepeat - Guests::kRepeat);
  EXPECT_EQ(calls(), (Calls{invited, invited, invited, invited, {"part", kAnna}}));
}

TEST_F(GuestsTest, AnInvitationThatCouldNotBeSentIsSentSoon) {
  can_invite_ = false;
  request(kAnna);
  guests_.on_online(kAnna);
  calls();
  can_invite_ = true;
  pass(Guests::kTick);
  EXPECT_EQ(calls(), (Calls{{"invite", kAnna}}));
  pass(Guests::kTick);
  EXPECT_EQ(calls(), Calls{});
}

TEST_F(GuestsTest, AGuestWhoseConnectionBreaksIsInvitedAgain) {
  request(kAnna);
  guests_.on_online(kAnna);
  guests_.on_offline(kAnna);
  calls();
  guests_.on_online(kAnna);
  EXPECT_EQ(calls(), (Calls{{"invite", kAnna}}));
  pass(Guests::kFarewell);
  EXPECT_EQ(guests_.count(), 1U);
}

TEST_F(GuestsTest, AGuestWhoComesAndGoesDoesNotStayForEver) {
  request(kAnna);
  const auto most = Guests::kWait + Guests::kStay;
  for (std::chrono::seconds time{0}; time < most; time += Guests::kTick) {
    EXPECT_EQ(guests_.count(), 1U) << time.count();
    guests_.on_online(kAnna);
    guests_.on_offline(kAnna);
    pass(Guests::kTick);
  }
  EXPECT_EQ(guests_.count(), 0U);
}

TEST_F(GuestsTest, AnInvitationThatHasEndedIsNotSentToAGuestWhoIsExpected) {
  request(kAnna);
  calls();
  revoked_ = true;
  EXPECT_TRUE(guests_.on_online(kAnna));
  EXPECT_EQ(calls(), Calls{});
  pass(Guests::kTick);
  EXPECT_EQ(calls(), (Calls{{"part", kAnna}}));
  EXPECT_EQ(guests_.count(), 0U);
}

TEST_F(GuestsTest, AnInvitationThatHasEndedIsNotRepeated) {
  request(kAnna);
  guests_.on_online(kAnna);
  calls();
  revoked_ = true;
  pass(Guests::kFirstRepeat);
  EXPECT_EQ(calls(), (Calls{{"part", kAnna}}));
}

// A stranger who keeps asking must not use up the requests of others: toxcore reports a key once
// until it is turned away.
TEST_F(GuestsTest, WhoComesAmongAFloodMayComeAgain) {
  for (int i = 0; i < 1000; ++i) request(key(2), {});
  calls();
  request(kAnna);
  EXPECT_EQ(calls(), (Calls{{"turn away", kAnna}}));
  now_ += std::chrono::seconds(1);
  request(kAnna);
  EXPECT_EQ(calls(), (Calls{{"befriend", kAnna}}));
}

TEST_F(GuestsTest, AFloodOfSecretsIsComparedAtALimitedRate) {
  for (int i = 0; i < 10000; ++i) request(key(static_cast<uint8_t>(i)), {});
  EXPECT_EQ(looked_at_, static_cast<size_t>(Guests::kRequestsAtOnce));
  now_ += std::chrono::seconds(1);
  for (int i = 0; i < 10000; ++i) request(key(static_cast<uint8_t>(i)), {});
  EXPECT_EQ(looked_at_, static_cast<size_t>(Guests::kRequestsAtOnce + Guests::kRequestsPerSecond));
}

TEST_F(GuestsTest, WhoHasALinkWritesTheDiskAtALimitedRate) {
  for (uint8_t i = 0; i < 32; ++i) request(key(i));
  EXPECT_EQ(guests_.count(), static_cast<size_t>(Guests::kGuestsAtOnce));
  pass(Guests::kWait);
  EXPECT_EQ(guests_.count(), 0U);
  EXPECT_EQ(partings_, 1);
}

TEST_F(GuestsTest, NoMoreThanSoManyAreGuestsAtOnce) {
  for (uint8_t i = 0; i < Guests::kMost + 1; ++i) {
    request(key(i));
    now_ += std::chrono::seconds(1);
  }
  EXPECT_EQ(guests_.count(), Guests::kMost);
  EXPECT_EQ(calls().back(), (Calls::value_type("turn away", key(Guests::kMost))));
}

}  // namespace
}  // namespace ngcshare
