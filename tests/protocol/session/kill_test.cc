// Kill: acknowledgement, repetition, replay, and the end of the program.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

TEST(KillPacket, IsAcknowledgedEveryTimeToAPeerThatKnowsTheExtension) {
  Rig rig;
  rig.receive_hello();
  rig.receive(Kill{12345, KillReason::kClosed});
  rig.receive(Kill{12345, KillReason::kClosed});
  EXPECT_EQ(rig.contact.kills(12345, KillReason::kAck), 2U);
}

TEST(KillPacket, ThatAcknowledgesIsNotAnswered) {
  Rig rig;
  rig.receive_hello();
  rig.receive(Kill{12345, KillReason::kAck});
  EXPECT_EQ(rig.contact.count<Kill>(), 0U);
}

TEST(KillPacket, IsRepeatedUntilItIsAcknowledged) {
  Rig rig;
  rig.accepted_mapping().close(KillReason::kReset, rig.now);
  rig.pass(1s);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kReset), 3U);
  rig.receive(Kill{kPeerMapping, KillReason::kAck});
  rig.pass(1min);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kReset), 3U);
}

TEST(KillPacket, IsRepeatedSixTimesAndThenGivenUp) {
  Rig rig;
  rig.accepted_mapping().close(KillReason::kReset, rig.now);
  rig.pass(1h);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kReset), 7U);
}

TEST(KillPacket, IsSentOnBothChannelsWhereThePeerSaysHello) {
  Rig rig;
  rig.receive_hello();
  rig.accepted_mapping().close(KillReason::kReset, rig.now);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kReset), 1U);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kReset, Channel::kLossy), 1U);
}

TEST(KillPacket, EndsTheMappingWithItsReason) {
  Rig rig;
  rig.accepted_mapping();
  rig.receive_copy(Kill{kPeerMapping, KillReason::kIdle});
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kIdle});
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kIdle), 0U);
}

TEST(CloseMapping, TellsThePeerAndTheSink) {
  Rig rig;
  rig.receive_hello();
  rig.accepted_mapping();
  EXPECT_TRUE(rig.session.close_mapping(kPeerMapping, KillReason::kReset, rig.now));
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kReset), 1U);
  rig.session.pump(rig.now);
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kReset});
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  EXPECT_NE(rig.session.offered(kService), nullptr);
  EXPECT_FALSE(rig.session.close_mapping(kPeerMapping, KillReason::kReset, rig.now));
}

// The id was used up with the mapping, so the Kill must be sent before the Offer with the new id.
TEST(CloseMapping, LeavesABasePeerTheServiceUnderAnotherId) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive(Accept{id, {}});
  ASSERT_EQ(rig.session.mapping_count(), 1U);
  rig.contact.sent.clear();
  EXPECT_TRUE(rig.session.close_mapping(id, KillReason::kReset, rig.now));
  rig.session.pump(rig.now);
  ASSERT_EQ(rig.contact.sent.size(), 2U);
  EXPECT_EQ(std::get<Kill>(*rig.contact.sent[0].packet()), (Kill{id, KillReason::kReset}));
  EXPECT_EQ(std::get<Offer>(*rig.contact.sent[1].packet()).id, rig.session.offered(kService)->id);
  EXPECT_NE(rig.session.offered(kService)->id, id);
}

TEST(KillPacket, WithoutAReasonIsUnderstood) {
  Rig rig;
  rig.accepted_mapping();
  const std::vector<uint8_t> body{0xF1, 0x88, 0x77, 0x66, 0x55};
  rig.receive_body(PacketId::kData, body);
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kUnspecified});
}

TEST(KillPacket, WithAReasonOfThisSideOnlyIsReadAsUnspecified) {
  for (const KillReason reason : {KillReason::kRestarted, KillReason::kPeerLeft}) {
    Rig rig;
    rig.accepted_mapping();
    rig.receive(Kill{kPeerMapping, reason});
    EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kUnspecified});
  }
}

TEST(KillPacket, PlayedBackLaterHarmsNothing) {
  Rig rig;
  const MsgId offer_id = rig.accepted_mapping().offer_id();
  rig.receive(Kill{kPeerMapping, KillReason::kClosed});
  rig.receive_accept(offer_id, kPeerMapping + 1);
  rig.receive(Kill{kPeerMapping, KillReason::kClosed});
  EXPECT_EQ(rig.session.mapping_count(), 1U);
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed.size(), 1U);
}

TEST(KillPacket, OfAManyMappingsIsBounded) {
  Rig rig({.epoch = kOwnEpoch, .capabilities = kAllCapabilities, .accept_burst = 1e9});
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 2000; ++i) {
    rig.receive_accept(id, 0x100000 + i);
    rig.handler.accepted.back()->close(KillReason::kReset, rig.now);
  }
  rig.contact.sent.clear();
  rig.pass(250ms);
  EXPECT_LE(rig.contact.count<Kill>(), KillRepeater::kMaxPending);
}

TEST(ShutDown, KillsEveryOfferAndMappingOnce) {
  Rig rig;
  RecordingSink sink;
  const MsgId opened = rig.established_mapping(sink).id();
  const MsgId offer_id = rig.accepted_mapping().offer_id();
  rig.contact.sent.clear();
  rig.session.shut_down(rig.now);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  rig.session.report_events();
  EXPECT_EQ(sink.closed, std::vector{KillReason::kShutdown});
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kShutdown});
  EXPECT_EQ(rig.contact.kills(opened, KillReason::kShutdown), 1U);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kShutdown), 1U);
  EXPECT_EQ(rig.contact.kills(offer_id, KillReason::kShutdown), 1U);
  EXPECT_EQ(rig.contact.count<Kill>(), 3U);
}

TEST(ShutDown, OpensNothingAnymore) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.session.shut_down(rig.now);
  rig.receive_accept(id, kPeerMapping);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  EXPECT_TRUE(rig.handler.accepted.empty());
}

TEST(ShutDown, KillsABasePeersMappingOnlyOnce) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive(Accept{id, {}});
  rig.session.shut_down(rig.now);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kShutdown), 1U);
}

}  // namespace
}  // namespace ngcshare::test
