// Two processes with the same keys: what shows it, what only looks like it, and what strangers say.
#include "bot/peers/copy_watch.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/hub_rig.h"

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::kAlice;
using test::kBob;

constexpr TimePoint kStart{std::chrono::hours(100'000)};
constexpr int64_t kUnixStart = 1'800'000'000;

const EpochSeal& seal() {
  static const EpochSeal one({1, 2, 3});
  return one;
}

// Returns an epoch that a process with the same profile draws at this time.
uint32_t drawn_elsewhere(const storage::Person& peer, std::chrono::seconds time) {
  test::SeededEntropy entropy(99);
  return seal().draw(peer, EpochSeal::step_of(kUnixStart + time.count()), entropy);
}

// A process of the profile, at times since kStart.
class CopyWatchTest : public testing::Test {
 protected:
  CopyWatchTest() { watch_.set_seal(seal()); }
  uint32_t draw(const storage::Person& peer, std::chrono::seconds time) {
    return watch_.draw(peer, entropy_, kUnixStart + time.count());
  }
  bool name(const storage::Person& peer, uint32_t epoch, std::chrono::seconds time) {
    return watch_.note_named(peer, epoch, kStart + time, kUnixStart + time.count());
  }
  // The peer meets this process, and says so.
  void meet(const storage::Person& peer, std::chrono::seconds time) {
    EXPECT_FALSE(name(peer, draw(peer, time), time));
  }
  size_t witnesses(std::chrono::seconds time) const { return watch_.witnesses(kStart + time); }

  test::SeededEntropy entropy_{1};
  CopyWatch watch_;
};

TEST_F(CopyWatchTest, SeesAnEpochThatAnotherProcessHasDrawn) {
  meet(kAlice, 0s);
  EXPECT_TRUE(name(kAlice, drawn_elsewhere(kAlice, 30s), 90s));
  EXPECT_EQ(witnesses(90s), 1U);
}

TEST_F(CopyWatchTest, AcceptsClocksThatDifferALittle) {
  meet(kAlice, 0s);
  EXPECT_TRUE(name(kAlice, drawn_elsewhere(kAlice, 5min), 90s));
  meet(kBob, 30min);
  EXPECT_FALSE(name(kBob, drawn_elsewhere(kBob, 60min), 31min));
  EXPECT_EQ(witnesses(31min), 0U) << "alice's word is old";
}

// -- what strangers can say -------------------------------------------------------------------

TEST_F(CopyWatchTest, BelievesNoStrangerWhoMakesUpAnEpoch) {
  test::SeededEntropy chance(7);
  meet(kAlice, 0s);
  for (auto time = 1min; time < 24h; time += 1min) {
    EXPECT_FALSE(name(kAlice, draw_msg_id(chance), time));
  }
  EXPECT_EQ(witnesses(24h), 0U);
}

TEST_F(CopyWatchTest, BelievesNoEpochOfTheProcessBefore) {
  const uint32_t before = drawn_elsewhere(kAlice, -20s);
  EXPECT_FALSE(name(kAlice, before, 0s)) << "alice is not known yet";
  meet(kAlice, 0s);
  EXPECT_FALSE(name(kAlice, before, 1s)) << "a Hello that was late";
  EXPECT_FALSE(name(kAlice, before, 2min));
  EXPECT_FALSE(name(kAlice, drawn_elsewhere(kAlice, 0s), 2min)) << "this time is both's";
  EXPECT_EQ(witnesses(2min), 0U);
}

TEST_F(CopyWatchTest, BelievesNobodyWhatItDrewForAnother) {
  meet(kAlice, 0s);
  meet(kBob, 0s);
  EXPECT_FALSE(name(kAlice, draw(kBob, 1min), 2min));
  EXPECT_FALSE(name(kAlice, drawn_elsewhere(kBob, 1min), 2min));
}

TEST_F(CopyWatchTest, KnowsAllEpochsOfThisProcess) {
  const uint32_t first = draw(kAlice, 0s);
  EXPECT_FALSE(name(kAlice, first, 0s));
  std::vector<uint32_t> drawn;
  for (size_t i = 0; i < 3 * CopyWatch::kMostDrawn; ++i) {  // alice was lost and came back
    drawn.push_back(draw(kAlice, 1min + std::chrono::seconds(i)));
  }
  for (const uint32_t epoch : drawn) EXPECT_FALSE(name(kAlice, epoch, 5min));
  EXPECT_EQ(witnesses(5min), 0U);
}

TEST_F(CopyWatchTest, LetsALiarNotHideACopyFromOthers) {
  meet(kAlice, 0s);
  meet(kBob, 0s);
  for (uint32_t i = 1; i < 1000; ++i) EXPECT_FALSE(name(kBob, i, 2min));
  EXPECT_FALSE(name(kBob, drawn_elsewhere(kBob, 1min), 2min)) << "he has used up his tries";
  EXPECT_TRUE(name(kAlice, drawn_elsewhere(kAlice, 1min), 2min));
}

// -- how it is said ---------------------------------------------------------------------------

TEST_F(CopyWatchTest, SaysItOnceAnHourAndForgetsIt) {
  meet(kAlice, 0s);
  meet(kBob, 0s);
  EXPECT_TRUE(name(kAlice, drawn_elsewhere(kAlice, 30s), 1min));
  EXPECT_FALSE(name(kBob, drawn_elsewhere(kBob, 30s), 2min));
  EXPECT_EQ(witnesses(2min), 2U);
  EXPECT_EQ(witnesses(2min + CopyWatch::kFresh), 0U);
  EXPECT_TRUE(name(kBob, drawn_elsewhere(kBob, 60min), 1min + CopyWatch::kRepeat));
}

TEST_F(CopyWatchTest, RemembersABoundedNumberOfPeers) {
  meet(kAlice, 0s);
  for (uint32_t i = 0; i < CopyWatch::kMostPeers; ++i) {
    storage::Person stranger{test::key_of(0x11), test::key_of(0)};
    stranger.key[0] = static_cast<uint8_t>(i);
    stranger.key[1] = static_cast<uint8_t>(i >> 8U);
    meet(stranger, 10s);
  }
  EXPECT_FALSE(name(kAlice, drawn_elsewhere(kAlice, 1min), 2min)) << "she came first";
  meet(kBob, 10s);
  EXPECT_TRUE(name(kBob, drawn_elsewhere(kBob, 1min), 2min));
}

class CopyOfAHubTest : public test::HubRig {
 protected:
  CopyOfAHubTest() {
    hub_.watch_for_copies(
        seal(), [this] { ++told_; }, [this] { return unix_now(); });
  }
  int64_t unix_now() const {
    return kUnixStart + std::chrono::duration_cast<std::chrono::seconds>(now_ - kStart).count();
  }
  // A Hello of the peer that names an epoch as ours.
  void receive_hello(Peer& peer, uint32_t named) {
    receive(peer, Hello{.epoch = 77, .capabilities = test::kHubCapabilities, .peer_epoch = named});
  }
  uint32_t drawn_epoch() const {
    const auto hellos = contact_->packets.all<Hello>(Channel::kLossy);
    return hellos.empty() ? 0 : hellos.back().epoch;
  }
  // Alice comes, is known for a while, and is gone: she times out here.
  uint32_t know_and_lose_alice() {
    Peer& alice = join(kAlice);
    receive_hello(alice, 0);
    hub_.pump();
    const uint32_t ours = drawn_epoch();
    EXPECT_NE(ours, 0U);
    receive_hello(alice, ours);
    advance(20s);
    hub_.leave(alice);
    hub_.pump();
    advance(40s);
    return ours;
  }

  int told_ = 0;
};

TEST_F(CopyOfAHubTest, IsSeenWhenAPeerComesBackFromIt) {
  const uint32_t ours = know_and_lose_alice();
  Peer& again = join(kAlice);
  receive_hello(again, drawn_elsewhere(kAlice, 30s));
  EXPECT_EQ(told_, 1);
  EXPECT_EQ(hub_.copy_witnesses(), 1U);
  receive_hello(again, drawn_epoch());
  receive_hello(again, ours);
  EXPECT_EQ(told_, 1);
}

TEST_F(CopyOfAHubTest, IsNotBelievedWhenAPeerMakesItUp) {
  know_and_lose_alice();
  Peer& again = join(kAlice);
  for (uint32_t made_up = 1000; made_up < 2000; ++made_up) receive_hello(again, made_up);
  EXPECT_EQ(told_, 0);
  EXPECT_EQ(hub_.copy_witnesses(), 0U);
}

}  // namespace
}  // namespace ngcshare
