#include "protocol/congestion/pacer.h"

#include <gtest/gtest.h>

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr TimePoint kStart{1h};
constexpr uint64_t kPacket = 1475;

// Sends whenever the pacer allows for `duration`, waking up only at next_send(). Returns the bytes
// sent.
uint64_t run(Pacer& pacer, Duration duration, int* wakeups = nullptr) {
  uint64_t sent = 0;
  TimePoint now = kStart;
  while (now < kStart + duration) {
    pacer.advance(now);
    while (pacer.may_send()) {
      pacer.on_sent(kPacket);
      sent += kPacket;
    }
    const TimePoint next = pacer.next_send();
    EXPECT_GT(next, now);
    now = std::max(next, now + 1us);
    if (wakeups != nullptr) ++*wakeups;
  }
  return sent;
}

TEST(Pacer, SendsAtItsRate) {
  for (const double rate : {2e3, 1e5, 1e6, 2.5e6, 125e6}) {
    Pacer pacer;
    pacer.set_rate(rate);
    const auto sent = static_cast<double>(run(pacer, 20s));
    EXPECT_NEAR(sent / 20, rate, rate * 0.01 + 500) << rate;
  }
}

TEST(Pacer, NeedsNoMoreThanAFewTimersEachMillisecond) {
  Pacer pacer;
  pacer.set_rate(125e6);
  int wakeups = 0;
  run(pacer, 1s, &wakeups);
  EXPECT_LE(wakeups, 3000);
}

TEST(Pacer, LetsABurstOutAtOnceAndNoMore) {
  Pacer pacer;
  pacer.set_rate(1e4);
  pacer.advance(kStart);
  int packets = 0;
  for (; pacer.may_send(); ++packets) pacer.on_sent(kPacket);
  EXPECT_EQ(packets, 4);
}

TEST(Pacer, SavesNoMoreThanABurstWhileNothingIsSent) {
  Pacer pacer;
  pacer.set_rate(10e6);
  pacer.advance(kStart);
  pacer.advance(kStart + 1h);
  uint64_t sent = 0;
  for (; pacer.may_send(); sent += kPacket) pacer.on_sent(kPacket);
  EXPECT_LE(sent, 10'000 + kPacket);
  EXPECT_GE(sent, 10'000U);
}

// Returns the bytes that may be sent at once.
uint64_t sent_at_once(Pacer& pacer) {
  uint64_t sent = 0;
  for (; pacer.may_send(); sent += kPacket) pacer.on_sent(kPacket);
  return sent;
}

// Returns a pacer of 10 MB/s that has used its credit up, while a packet waits.
Pacer holding_a_packet() {
  Pacer pacer;
  pacer.set_rate(10e6);
  pacer.advance(kStart);
  sent_at_once(pacer);
  pacer.on_held();
  return pacer;
}

TEST(Pacer, MakesUpForALateTimerWhileAPacketWaits) {
  Pacer pacer = holding_a_packet();
  pacer.advance(kStart + 5ms);
  EXPECT_NEAR(static_cast<double>(sent_at_once(pacer)), 50'000, 2 * kPacket);
  pacer.on_held();
  pacer.advance(kStart + 1h);
  EXPECT_NEAR(static_cast<double>(sent_at_once(pacer)), 60'000, kPacket) << "but not without bound";
}

TEST(Pacer, GivesNoCreditForLatenessOnceNothingWaits) {
  Pacer pacer = holding_a_packet();
  pacer.advance(kStart + 5ms);
  pacer.advance(kStart + 6ms);
  EXPECT_LE(sent_at_once(pacer), 10'000 + kPacket) << "what waited has gone away unsent";
}

TEST(Pacer, ClockThatStandsStillOrGoesBackGivesNothing) {
  Pacer pacer;
  pacer.advance(kStart);
  while (pacer.may_send()) pacer.on_sent(kPacket);
  pacer.advance(kStart);
  EXPECT_FALSE(pacer.may_send());
  pacer.advance(kStart - 1h);
  EXPECT_FALSE(pacer.may_send());
}

TEST(Pacer, ChargesWhatIsSentWithoutAskingButForFiftyMillisecondsAtMost) {
  Pacer pacer;
  pacer.set_rate(1e6);
  pacer.advance(kStart);
  for (int i = 0; i < 1000; ++i) pacer.on_sent(kPacket);
  EXPECT_FALSE(pacer.may_send());
  EXPECT_GE(pacer.next_send(), kStart + 50ms);
  EXPECT_LE(pacer.next_send(), kStart + 60ms);
  pacer.advance(kStart + 60ms);
  EXPECT_TRUE(pacer.may_send());
}

TEST(Pacer, OwesNoMoreThanThatWhenTheRateFalls) {
  Pacer pacer;
  pacer.set_rate(100e6);
  pacer.advance(kStart);
  for (int i = 0; i < 5000; ++i) pacer.on_sent(kPacket);
  pacer.set_rate(1e5);
  EXPECT_LE(pacer.next_send(), kStart + 150ms);
}

TEST(Pacer, NeverStandsStill) {
  Pacer pacer;
  pacer.set_rate(0);
  pacer.advance(kStart);
  while (pacer.may_send()) pacer.on_sent(kPacket);
  EXPECT_LE(pacer.next_send(), kStart + 10s);
}

}  // namespace
}  // namespace ngcshare::link
