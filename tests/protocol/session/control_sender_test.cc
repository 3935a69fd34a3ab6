#include "protocol/session/control_sender.h"

#include <gtest/gtest.h>

#include "tests/protocol/session/sender_world.h"

namespace ngcshare::test {
namespace {

constexpr MsgId kId = 0x01020304;

TEST(ControlSender, SendsToAStrangerOnTheLosslessChannelAlone) {
  SenderWorld world;
  world.control.send(AckAcc{kId, {}}, false);
  EXPECT_EQ(world.contact.count<AckAcc>(Channel::kLossless), 1U);
  EXPECT_EQ(world.contact.count<AckAcc>(Channel::kLossy), 0U);
}

TEST(ControlSender, SendsCopiesToAPeerThatSaysHello) {
  SenderWorld world;
  world.introduce_peer();
  world.control.send(AckAcc{kId, {}}, false);
  EXPECT_EQ(world.contact.count<AckAcc>(Channel::kLossless), 0U);
  EXPECT_EQ(world.contact.count<AckAcc>(Channel::kLossy), 1U);
  world.control.send(AckAcc{kId, {}}, true);
  EXPECT_EQ(world.contact.count<AckAcc>(Channel::kLossless), 1U);
  EXPECT_EQ(world.contact.count<AckAcc>(Channel::kLossy), 2U);
}

TEST(ControlSender, RepeatsAKillUntilItIsAcknowledged) {
  SenderWorld world;
  world.introduce_peer();
  world.control.kill({kId, KillReason::kDenied}, world.now);
  EXPECT_EQ(world.alarm.when(), world.now + Retry::kFirstInterval);
  world.control.tick(world.now + Retry::kFirstInterval);
  EXPECT_EQ(world.contact.kills(kId, KillReason::kDenied), 2U);
  world.control.note_kill_acknowledged(kId);
  EXPECT_EQ(world.control.deadline(), std::nullopt);
}

TEST(ControlSender, RepeatsNoKillToAPeerThatWouldNotAcknowledgeIt) {
  SenderWorld world;
  world.control.kill({kId, KillReason::kDenied}, world.now);
  EXPECT_EQ(world.contact.kills(kId, KillReason::kDenied), 1U);
  EXPECT_EQ(world.control.deadline(), std::nullopt);
}

TEST(ControlSender, LetsNoKillOvertakeBytesThatAreStillWanted) {
  SenderWorld world;
  world.introduce_peer();
  world.control.send_kill({kId, KillReason::kClosed});
  EXPECT_EQ(world.contact.kills(kId, KillReason::kClosed, Channel::kLossy), 0U);
  world.control.send_kill({kId, KillReason::kReset});
  EXPECT_EQ(world.contact.kills(kId, KillReason::kReset, Channel::kLossy), 1U);
}

TEST(ControlSender, AnswersOnlySoManyUnknownIds) {
  SenderWorld world;
  for (int i = 0; i < 100; ++i) world.control.send_unknown(kId, world.now);
  EXPECT_EQ(world.contact.kills(kId, KillReason::kUnknown), 20U);
}

TEST(ControlSender, AcknowledgesTheKillsOfAPeerThatRepeatsThemOnly) {
  SenderWorld world;
  world.control.acknowledge_kill(kId, world.now);
  EXPECT_EQ(world.contact.kills(kId, KillReason::kAck), 0U);
  world.introduce_peer();
  world.control.acknowledge_kill(kId, world.now);
  EXPECT_EQ(world.contact.kills(kId, KillReason::kAck), 1U);
}

TEST(ControlSender, AcknowledgesOnlySoManyKills) {
  SenderWorld world;
  world.introduce_peer();
  for (int i = 0; i < 10'000; ++i) world.control.acknowledge_kill(kId, world.now);
  EXPECT_EQ(world.contact.kills(kId, KillReason::kAck), 4096U);
  world.now += std::chrono::seconds(1);
  for (int i = 0; i < 10'000; ++i) world.control.acknowledge_kill(kId, world.now);
  EXPECT_EQ(world.contact.kills(kId, KillReason::kAck), 5096U);
}

TEST(ControlSender, KeepsWhatFindsNoRoomAndDataBehindIt) {
  SenderWorld world;
  world.contact.lossless_room = 0;
  world.control.send_lossless(Kill{kId, KillReason::kClosed});
  EXPECT_TRUE(world.control.is_waiting());
  EXPECT_FALSE(world.control.flush());
  world.contact.lossless_room = FakeContact::kUnlimited;
  EXPECT_EQ(world.control.send_data(StreamData{kId, {}}), SendResult::kFull);
  EXPECT_TRUE(world.control.flush());
  EXPECT_EQ(world.control.send_data(StreamData{kId, {}}), SendResult::kSent);
}

}  // namespace
}  // namespace ngcshare::test
