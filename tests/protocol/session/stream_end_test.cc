// The ends of streams: in one direction, in both, and with peers that do not know half-close.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

size_t ends_sent(const Rig& rig) {
  size_t ends = 0;
  for (const StreamData& data : rig.contact.all<StreamData>()) ends += data.bytes.empty() ? 1U : 0U;
  return ends;
}

TEST(StreamEnd, InOneDirectionLeavesTheOtherOpen) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  mapping.finish(rig.now);
  EXPECT_EQ(ends_sent(rig), 1U);
  rig.receive(StreamData{kPeerMapping, some_bytes(100)});
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].received, some_bytes(100));
  EXPECT_EQ(rig.session.mapping_count(), 1U);
}

TEST(StreamEnd, OfThePeerLeavesTheOwnDirectionOpen) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  rig.receive(StreamData{kPeerMapping, {}});
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].ended, 1);
  EXPECT_EQ(mapping.write(some_bytes(100)), 100U);
}

TEST(StreamEnd, InBothDirectionsClosesWithoutAKill) {
  for (const bool own_first : {true, false}) {
    Rig rig;
    Mapping& mapping = rig.accepted_mapping();
    if (own_first) mapping.finish(rig.now);
    rig.receive(StreamData{kPeerMapping, {}});
    if (!own_first) mapping.finish(rig.now);
    rig.session.pump(rig.now);
    EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kClosed});
    EXPECT_EQ(rig.session.mapping_count(), 0U);
    EXPECT_EQ(rig.contact.count<Kill>(), 0U);
  }
}

TEST(StreamEnd, IsSentOnceHoweverOftenItIsAskedFor) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  mapping.finish(rig.now);
  mapping.finish(rig.now);
  EXPECT_EQ(ends_sent(rig), 1U);
}

TEST(StreamEnd, WaitsForRoom) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  rig.contact.lossless_room = 0;
  mapping.finish(rig.now);
  EXPECT_EQ(ends_sent(rig), 0U);
  EXPECT_TRUE(rig.session.sends_wait_for_room());
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  EXPECT_EQ(ends_sent(rig), 1U);
  EXPECT_FALSE(rig.session.sends_wait_for_room());
}

TEST(StreamEnd, ClosesFromWithinPumpWhenThePeerEndedWhileItWaited) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  rig.contact.lossless_room = 0;
  mapping.finish(rig.now);
  rig.receive(StreamData{kPeerMapping, {}});
  EXPECT_EQ(rig.session.mapping_count(), 1U);
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kClosed});
}

TEST(StreamEnd, DoesNotNeedTheWindow) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  EXPECT_EQ(mapping.write(some_bytes(StreamWindow::kInitialBytes)), StreamWindow::kInitialBytes);
  mapping.finish(rig.now);
  EXPECT_EQ(ends_sent(rig), 1U);
}

TEST(StreamEnd, FollowedByMoreBytesIsAProtocolError) {
  Rig rig;
  rig.accepted_mapping();
  rig.receive(StreamData{kPeerMapping, {}});
  rig.receive(StreamData{kPeerMapping, some_bytes(1)});
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kProtocol), 1U);
}

TEST(StreamEnd, OfAnOfferersSideToABasePeerIsAKill) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive(Accept{id, {}});
  rig.handler.accepted.at(0)->finish(rig.now);
  EXPECT_EQ(ends_sent(rig), 0U);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kClosed), 1U);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

// finish() ends the mapping at once here, and says so as it does where the peer had finished
// before.
TEST(StreamEnd, ThatEndsTheMappingAtOnceIsToldToTheSink) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive(Accept{id, {}});
  rig.handler.accepted.at(0)->finish(rig.now);
  EXPECT_TRUE(rig.handler.sinks[id].closed.empty()) << "the caller is on the stack";
  rig.session.pump(rig.now);
  EXPECT_EQ(rig.handler.sinks[id].closed, std::vector{KillReason::kClosed});
}

TEST(StreamEnd, OfAnAcceptorsSideToABasePeerLingersWhileBytesCome) {
  Rig rig;
  RecordingSink sink;
  Mapping& mapping = rig.established_mapping(sink, false);
  mapping.finish(rig.now);
  EXPECT_EQ(rig.contact.count<Kill>(), 0U);
  for (int i = 0; i < 4; ++i) {
    rig.pass(9s);
    rig.receive(StreamData{kPeerOffer, some_bytes(10)});
  }
  EXPECT_EQ(sink.received.size(), 40U);
  rig.pass(9'999ms);
  EXPECT_TRUE(sink.closed.empty());
  rig.pass(1ms);
  EXPECT_EQ(sink.closed, std::vector{KillReason::kClosed});
  EXPECT_EQ(rig.contact.kills(kPeerOffer, KillReason::kClosed), 1U);
}

TEST(StreamEnd, AnEmptyDataPacketMeansNothingToABasePeer) {
  Rig rig;
  RecordingSink sink;
  rig.established_mapping(sink, false);
  rig.receive(StreamData{kPeerOffer, {}});
  EXPECT_EQ(sink.ended, 0);
  EXPECT_TRUE(sink.closed.empty());
}

// Stream bytes wait in order on the lossless channel; a Kill on the lossy one would cut them off.
TEST(StreamEnd, WithoutWindowSendsNoKillThatOvertakesTheLastBytes) {
  Rig rig;
  rig.receive_hello(0, 0, false, kPeerEpoch, kCapMulti);
  const MsgId id = rig.offer();
  rig.receive_accept(id, kPeerMapping, {}, kCapMulti);
  Mapping& mapping = *rig.handler.accepted.at(0);
  ASSERT_FALSE(mapping.has(kCapWindow));
  mapping.write(some_bytes(5000));
  mapping.finish(rig.now);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kClosed), 1U);
  EXPECT_EQ(rig.contact.count<Kill>(Channel::kLossy), 0U);
}

// Both directions have ended here, but the last bytes may still be on their way to the peer when a
// late copy of its Accept comes in. The answer must not get there before them.
TEST(StreamEnd, IsNotCutShortByTheAnswerToALateAccept) {
  Rig rig;
  rig.receive_hello();
  Mapping& mapping = rig.accepted_mapping();
  Accept accept{mapping.offer_id(), peer_extension()};
  accept.extension->mapping_id = kPeerMapping;
  mapping.write(some_bytes(5000));
  mapping.finish(rig.now);
  rig.receive(StreamData{kPeerMapping, {}});
  ASSERT_EQ(rig.session.mapping_count(), 0U);
  rig.receive_copy(accept);
  EXPECT_EQ(rig.contact.count<Kill>(Channel::kLossy), 0U);
}

TEST(StreamEnd, IsNotCutShortByTheAnswerToALateAckAcc) {
  Rig rig;
  rig.receive_hello();
  RecordingSink sink;
  Mapping& mapping = rig.established_mapping(sink);
  const MsgId id = mapping.id();
  mapping.write(some_bytes(5000));
  mapping.finish(rig.now);
  rig.receive(StreamData{id, {}});
  ASSERT_EQ(rig.session.mapping_count(), 0U);
  rig.receive_copy(AckAcc{id, peer_extension()});
  EXPECT_EQ(rig.contact.count<Kill>(Channel::kLossy), 0U);
}

}  // namespace
}  // namespace ngcshare::test
