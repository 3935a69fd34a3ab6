// Two processes with the same keys: what shows it, and what only looks like it.
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
constexpr uint32_t kForeign = 0xF0F0F0F0;

TEST(CopyWatch, SeesAnEpochThatAnotherProcessHasDrawn) {
  CopyWatch watch;
  watch.note_drawn(kAlice, 1);
  EXPECT_FALSE(watch.note_named(kAlice, 1, kStart));
  EXPECT_TRUE(watch.note_named(kAlice, kForeign, kStart + 1min));
  EXPECT_EQ(watch.witnesses(kStart + 1min), 1U);
}

TEST(CopyWatch, IsNotMistakenAboutTheProcessBefore) {
  CopyWatch watch;
  watch.note_drawn(kAlice, 1);
  EXPECT_FALSE(watch.note_named(kAlice, kForeign, kStart)) << "alice has not met this process yet";
  EXPECT_FALSE(watch.note_named(kAlice, 1, kStart + 1min));
  EXPECT_FALSE(watch.note_named(kAlice, kForeign, kStart + 1min + 1s)) << "a Hello that was late";
  EXPECT_EQ(watch.witnesses(kStart + 2min), 0U);
}

TEST(CopyWatch, KnowsAllEpochsOfThisProcess) {
  CopyWatch watch;
  for (uint32_t epoch = 1; epoch <= 10; ++epoch) {  // alice was lost and came back
    watch.note_drawn(kAlice, epoch);
    watch.note_drawn(kBob, epoch + 100);
  }
  EXPECT_FALSE(watch.note_named(kAlice, 10, kStart));
  EXPECT_FALSE(watch.note_named(kAlice, 9, kStart + 1min));
  EXPECT_TRUE(watch.note_named(kAlice, 109, kStart + 1min)) << "that one is for bob";
}

TEST(CopyWatch, SaysItOnceAnHourAndForgetsIt) {
  CopyWatch watch;
  watch.note_drawn(kAlice, 1);
  watch.note_drawn(kBob, 2);
  watch.note_named(kAlice, 1, kStart);
  watch.note_named(kBob, 2, kStart);
  EXPECT_TRUE(watch.note_named(kAlice, kForeign, kStart + 1min));
  EXPECT_FALSE(watch.note_named(kBob, kForeign, kStart + 2min));
  EXPECT_EQ(watch.witnesses(kStart + 2min), 2U);
  EXPECT_EQ(watch.witnesses(kStart + 2min + CopyWatch::kFresh), 0U);
  EXPECT_TRUE(watch.note_named(kBob, kForeign, kStart + 1min + CopyWatch::kRepeat));
}

TEST(CopyWatch, RemembersABoundedNumberOfPeers) {
  CopyWatch watch;
  watch.note_drawn(kAlice, 1);
  watch.note_named(kAlice, 1, kStart);
  for (uint32_t i = 0; i < CopyWatch::kMostPeers; ++i) {
    storage::Person stranger{test::key_of(0x11), test::key_of(0)};
    stranger.key[0] = static_cast<uint8_t>(i);
    stranger.key[1] = static_cast<uint8_t>(i >> 8U);
    watch.note_drawn(stranger, i + 1);
    watch.note_named(stranger, i + 1, kStart);
  }
  EXPECT_FALSE(watch.note_named(kAlice, kForeign, kStart + 1h)) << "she came first";
  watch.note_drawn(kBob, 2);
  watch.note_named(kBob, 2, kStart);
  EXPECT_TRUE(watch.note_named(kBob, kForeign, kStart + 1h));
}

class CopyOfAHubTest : public test::HubRig {
 protected:
  // A Hello of the peer that names an epoch as ours.
  void receive_hello(Peer& peer, uint32_t named) {
    receive(peer, Hello{.epoch = 77, .capabilities = test::kHubCapabilities, .peer_epoch = named});
  }
  uint32_t drawn_epoch() const {
    const auto hellos = contact_->packets.all<Hello>(Channel::kLossy);
    return hellos.empty() ? 0 : hellos.back().epoch;
  }
};

TEST_F(CopyOfAHubTest, IsSeenWhenAPeerComesBackFromIt) {
  int told = 0;
  hub_.set_on_copy([&] { ++told; });
  Peer& alice = join(kAlice);
  receive_hello(alice, 0);
  hub_.pump();
  const uint32_t ours = drawn_epoch();
  ASSERT_NE(ours, 0U);
  receive_hello(alice, ours);
  advance(20s);
  hub_.leave(alice);  // the copy has taken her: here she times out
  hub_.pump();
  advance(40s);
  Peer& again = join(kAlice);
  receive_hello(again, kForeign);
  EXPECT_EQ(told, 1);
  EXPECT_EQ(hub_.copy_witnesses(), 1U);
  receive_hello(again, drawn_epoch());
  receive_hello(again, ours);
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace ngcshare
