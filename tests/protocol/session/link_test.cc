// A session whose peer has its end of the link.
#include "tests/protocol/session/link_rig.h"

namespace ngcshare::test {
namespace {

TEST(SessionLink, EndsAMappingThatLosesTheLinkWithBytesThatWereSentEarly) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  const MsgId id = mapping.id();
  ASSERT_TRUE(mapping.may_send());
  EXPECT_EQ(mapping.write(some_bytes(100)), 100U);
  rig.receive_ack(id, kAllCapabilities);
  EXPECT_EQ(sink.closed, std::vector{KillReason::kProtocol});
  EXPECT_EQ(sink.established, 0);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

TEST(SessionLink, EndsAMappingThatLosesTheLinkWithAnEndThatWasSentEarly) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  const MsgId id = mapping.id();
  mapping.finish(rig.now);
  rig.receive_ack(id, kAllCapabilities);
  EXPECT_EQ(sink.closed, std::vector{KillReason::kProtocol});
}

TEST(SessionLink, MayBeLeftOutByTheOffererWhileNothingHasBeenSent) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  rig.receive_ack(mapping.id(), kAllCapabilities);
  EXPECT_EQ(sink.established, 1);
  EXPECT_FALSE(mapping.over_link());
  EXPECT_EQ(mapping.write(some_bytes(100)), 100U);
  EXPECT_EQ(rig.contact.count<StreamData>(), 1U);
}

TEST(SessionLink, TakesNoBytesOfAStreamFromTcpDataThatComesBeforeAckAcc) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  rig.receive(StreamData{mapping.id(), some_bytes(10)});
  EXPECT_EQ(sink.established, 1);
  EXPECT_TRUE(mapping.over_link());
  rig.receive(StreamData{mapping.id(), {}});
  EXPECT_TRUE(sink.received.empty());
  EXPECT_EQ(sink.ended, 0);
}

// Returns the ACK frames that the session has sent, and forgets them.
std::vector<link::AckFrame> sent_acks(LinkRig& rig) {
  std::vector<link::AckFrame> acks;
  std::vector<link::LinkFrame> frames;
  for (const auto& sent : rig.contact.sent) {
    if (!link::decode_link_packet(sent.body, frames)) continue;
    for (const auto& frame : frames) {
      if (const auto* const ack = std::get_if<link::AckFrame>(&frame)) acks.push_back(*ack);
    }
  }
  rig.contact.sent.clear();
  return acks;
}

TEST(SessionLink, ReportsTheDatagramsThatHaveComeBesideIt) {
  LinkRig rig;
  const MsgId id = rig.offer(kService, service_offer("web", kUdpOnly));
  rig.receive_accept(id, kPeerMapping, {}, kWithLink);
  rig.receive(Datagram{kPeerMapping, some_bytes(10)});
  rig.receive(Datagram{kPeerMapping + 1, some_bytes(10)});
  rig.receive(Fragment{kPeerMapping, 0, 0, 2, some_bytes(kFragmentBytes)});
  for (int i = 0; i < 2; ++i) rig.receive_link([](link::PacketWriter& out) { out.write_ping(); });
  rig.session.pump(rig.now);
  const auto acks = sent_acks(rig);
  ASSERT_FALSE(acks.empty());
  EXPECT_EQ(acks.back().datagrams, 3U);
}

TEST(SessionLink, ReportsNoDatagramsToAPeerThatDoesNotKnowTheForm) {
  LinkRig rig;
  rig.receive_hello(0, 0, false, kPeerEpoch, kWithLink & ~kCapCount);
  for (int i = 0; i < 2; ++i) rig.receive_link([](link::PacketWriter& out) { out.write_ping(); });
  rig.session.pump(rig.now);
  const auto acks = sent_acks(rig);
  ASSERT_FALSE(acks.empty());
  EXPECT_EQ(acks.back().datagrams, std::nullopt);
}

TEST(SessionLink, CountsTheDatagramsThatAreSentBesideIt) {
  LinkRig rig;
  const MsgId id = rig.offer(kService, service_offer("web", kUdpOnly));
  rig.receive_accept(id, kPeerMapping, {}, kWithLink);
  Mapping& mapping = *rig.handler.accepted.back();
  EXPECT_TRUE(mapping.send_datagram(some_bytes(1000), rig.now));
  EXPECT_TRUE(mapping.send_datagram(some_bytes(3000), rig.now));
  EXPECT_GE(rig.stats().datagrams_in_flight, 4000 + 4 * link::kOverheadBytes);
}

}  // namespace
}  // namespace ngcshare::test
