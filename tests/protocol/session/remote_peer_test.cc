#include "protocol/session/remote_peer.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using Verdict = RemotePeer::Verdict;

constexpr TimePoint kStart{1h};
constexpr uint32_t kOwnEpoch = 1;

RemotePeer stranger() { return {kOwnEpoch, kCapMulti | kCapWindow, kStart}; }

Hello hello_of(uint32_t epoch, uint32_t peer_epoch) {
  Hello hello;
  hello.epoch = epoch;
  hello.peer_epoch = peer_epoch;
  return hello;
}

TEST(RemotePeer, IsAtFirstAStrangerThatIsPresent) {
  const RemotePeer peer = stranger();
  EXPECT_EQ(peer.epoch(), std::nullopt);
  EXPECT_FALSE(peer.knows_extension());
  EXPECT_FALSE(peer.says_hello());
  EXPECT_TRUE(peer.presence().present());
  EXPECT_EQ(peer.shared_capabilities(), 0U);
}

TEST(RemotePeer, SharesOnlyTheCapabilitiesOfBoth) {
  RemotePeer peer = stranger();
  peer.learn(kCapWindow | kCapLink);
  EXPECT_TRUE(peer.knows_extension());
  EXPECT_EQ(peer.shared_capabilities(), kCapWindow);
}

TEST(RemotePeer, TellsANewProcessFromAnOldPacket) {
  RemotePeer peer = stranger();
  EXPECT_EQ(peer.observe(10, kStart), Verdict::kCurrent);
  EXPECT_EQ(peer.observe(10, kStart), Verdict::kCurrent);
  EXPECT_EQ(peer.observe(20, kStart), Verdict::kRestarted);
  EXPECT_EQ(peer.observe(10, kStart), Verdict::kStale);
  EXPECT_EQ(peer.epoch(), 20U);
}

TEST(RemotePeer, BelievesInAFewRestartsAtOnceAndThenInOneEveryFiveSeconds) {
  RemotePeer peer = stranger();
  for (uint32_t epoch = 10; epoch <= 15; ++epoch) {
    EXPECT_NE(peer.observe(epoch, kStart), Verdict::kTooOften) << epoch;
  }
  EXPECT_EQ(peer.observe(16, kStart), Verdict::kTooOften);
  EXPECT_EQ(peer.epoch(), 15U) << "nothing has changed";
  EXPECT_EQ(peer.observe(16, kStart + 5s), Verdict::kRestarted);
}

TEST(RemotePeer, IsRevivedByTheThirdHelloOfAStaleEpochThatKnowsOurOwn) {
  RemotePeer peer = stranger();
  peer.observe(10, kStart);
  peer.observe(20, kStart);
  EXPECT_FALSE(peer.revives(hello_of(10, kOwnEpoch), kStart));
  EXPECT_FALSE(peer.revives(hello_of(10, kOwnEpoch + 1), kStart)) << "may be a replayed one";
  EXPECT_FALSE(peer.revives(hello_of(10, kOwnEpoch), kStart));
  EXPECT_TRUE(peer.revives(hello_of(10, kOwnEpoch), kStart));
  EXPECT_EQ(peer.epoch(), 10U);
  EXPECT_EQ(peer.observe(20, kStart), Verdict::kStale);
}

TEST(RemotePeer, CountsStaleHellosAnewAfterOneOfTheCurrentProcess) {
  RemotePeer peer = stranger();
  peer.observe(10, kStart);
  peer.observe(20, kStart);
  EXPECT_FALSE(peer.revives(hello_of(10, kOwnEpoch), kStart));
  EXPECT_FALSE(peer.revives(hello_of(10, kOwnEpoch), kStart));
  peer.note_hello(0);
  EXPECT_TRUE(peer.says_hello());
  EXPECT_FALSE(peer.revives(hello_of(10, kOwnEpoch), kStart));
}

}  // namespace
}  // namespace ngcshare
