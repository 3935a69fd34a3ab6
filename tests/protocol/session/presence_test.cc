#include "protocol/session/presence.h"

#include <gtest/gtest.h>

#include <vector>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};

// A peer that was heard at the start and to which Hellos are due.
Presence talking(bool peer_says_hello) {
  Presence presence;
  presence.heard(kStart);
  if (peer_says_hello) presence.heard_hello();
  presence.keep_talking(true, kStart);
  return presence;
}

// Ticks at every deadline up to `end`; the times of the Hellos, from the start.
std::vector<Duration> hellos_until(Presence& presence, TimePoint end) {
  std::vector<Duration> times;
  for (auto when = presence.deadline(); when && *when <= end; when = presence.deadline()) {
    if (presence.tick(*when).hello) times.push_back(*when - kStart);
  }
  return times;
}

TEST(Presence, SaysNothingUntilThereIsSomethingToTalkAbout) {
  Presence presence;
  presence.heard(kStart);
  EXPECT_EQ(presence.deadline(), std::nullopt);
  presence.hurry(kStart);
  EXPECT_FALSE(presence.tick(kStart + 1h).hello);
}

TEST(Presence, SaysHelloAtOnceAndThenEvery5Seconds) {
  Presence presence = talking(true);
  std::vector<Duration> times;
  for (TimePoint now = kStart; now <= kStart + 20s; now += 1s) {
    presence.heard(now);
    if (presence.tick(now).hello) times.push_back(now - kStart);
  }
  EXPECT_EQ(times, (std::vector<Duration>{0s, 5s, 10s, 15s, 20s}));
}

TEST(Presence, StopsWhenThereIsNothingLeftToTalkAbout) {
  Presence presence = talking(true);
  presence.tick(kStart);
  presence.keep_talking(false, kStart + 1s);
  EXPECT_EQ(presence.deadline(), std::nullopt);
  EXPECT_FALSE(presence.tick(kStart + 5s).hello);
}

TEST(Presence, DoesNotBeginAnewWhileItTalks) {
  Presence presence = talking(true);
  presence.tick(kStart);
  presence.keep_talking(true, kStart + 1s);
  EXPECT_EQ(presence.deadline(), kStart + 5s);
}

TEST(Presence, CanBeHurried) {
  Presence presence = talking(true);
  presence.tick(kStart);
  presence.hurry(kStart + 1s);
  EXPECT_TRUE(presence.tick(kStart + 1s).hello);
  EXPECT_EQ(presence.deadline(), kStart + 6s);
}

TEST(Presence, WantsAnAnswerFromAPeerThatHasNotSaidHello) {
  Presence presence = talking(false);
  EXPECT_TRUE(presence.tick(kStart).answer_wanted);
  presence.heard_hello();
  presence.heard(kStart + 5s);
  const Presence::Due due = presence.tick(kStart + 5s);
  EXPECT_TRUE(due.hello);
  EXPECT_FALSE(due.answer_wanted);
}

TEST(Presence, ProbesEverySecondFromTheFirstHelloAfter7SecondsOfSilence) {
  Presence presence = talking(true);
  const std::vector<Duration> expected = {0s, 5s, 10s, 11s, 12s, 13s, 14s, 15s, 16s};
  EXPECT_EQ(hellos_until(presence, kStart + 16s), expected);
}

TEST(Presence, WantsAnAnswerWhenItProbes) {
  Presence presence = talking(true);
  EXPECT_FALSE(presence.tick(kStart + 5s).answer_wanted);
  EXPECT_TRUE(presence.tick(kStart + 10s).answer_wanted);
}

TEST(Presence, CallsAPeerSilentAfter15Seconds) {
  Presence presence = talking(true);
  EXPECT_FALSE(presence.tick(kStart + 15s - 1us).fell_silent);
  EXPECT_TRUE(presence.present());
  EXPECT_TRUE(presence.tick(kStart + 15s).fell_silent);
  EXPECT_FALSE(presence.present());
  EXPECT_FALSE(presence.tick(kStart + 16s).fell_silent);  // once
}

TEST(Presence, NeverCallsAPeerSilentThatDoesNotSayHello) {
  Presence presence = talking(false);
  EXPECT_FALSE(presence.tick(kStart + 1h).fell_silent);
  EXPECT_TRUE(presence.present());
}

TEST(Presence, CountsSilenceFromWhenThereIsSomethingToTalkAbout) {
  Presence presence;
  presence.heard(kStart);
  presence.heard_hello();
  presence.keep_talking(true, kStart + 1h);
  EXPECT_FALSE(presence.tick(kStart + 1h).answer_wanted);
  EXPECT_FALSE(presence.tick(kStart + 1h + 15s - 1us).fell_silent);
  EXPECT_TRUE(presence.tick(kStart + 1h + 15s).fell_silent);
}

TEST(Presence, KeepsProbingASilentPeerAndNoticesItsReturn) {
  Presence presence = talking(true);
  presence.tick(kStart + 15s);
  EXPECT_EQ(presence.deadline(), kStart + 16s);
  EXPECT_TRUE(presence.heard(kStart + 20s));
  EXPECT_TRUE(presence.present());
  EXPECT_FALSE(presence.heard(kStart + 21s));
}

TEST(Presence, WakesForSilenceWhenItComesBeforeTheNextHello) {
  Presence presence = talking(true);
  presence.tick(kStart + 14900ms);  // the next Hello is due at 15.9 s
  EXPECT_EQ(presence.deadline(), kStart + 15s);
}

TEST(Presence, AnswersAtMostOncePer200Milliseconds) {
  Presence presence;
  EXPECT_TRUE(presence.may_answer(kStart));
  EXPECT_FALSE(presence.may_answer(kStart + 199ms));
  EXPECT_TRUE(presence.may_answer(kStart + 200ms));
  EXPECT_FALSE(presence.may_answer(kStart + 399ms));
}

TEST(Presence, AsksAgainForAHelloOfARestartedPeer) {
  Presence presence = talking(true);
  presence.tick(kStart);
  presence.restart();
  EXPECT_FALSE(presence.says_hello());
  EXPECT_TRUE(presence.tick(kStart + 5s).answer_wanted);
}

}  // namespace
}  // namespace ngcshare
