// Peers that know only draft v0.2, so nothing may be added to the packets that they get.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

// A base peer accepts; the mapping's id is the offer's.
MsgId base_accepted(Rig& rig) {
  const MsgId id = rig.offer();
  rig.receive(Accept{id, {}});
  return id;
}

TEST(BasePeer, AckAccIsFourBytes) {
  Rig rig;
  const MsgId id = base_accepted(rig);
  ASSERT_EQ(rig.contact.count<AckAcc>(), 1U);
  const Sent& ack = rig.contact.sent.back();
  EXPECT_EQ(ack.where.id, PacketId::kAckAcc);
  EXPECT_EQ(ack.body.size(), 4U);
  EXPECT_EQ(rig.contact.all<AckAcc>()[0].mapping_id, id);
}

TEST(BasePeer, GetsNoHelloNoCopyAndNoWindow) {
  Rig rig;
  RecordingSink sink;
  base_accepted(rig);
  Mapping& mapping = rig.established_mapping(sink, false);
  sink.when_data = [&](size_t bytes) { mapping.consumed(bytes); };
  for (int i = 0; i < 3000; ++i) rig.receive(StreamData{kPeerOffer, some_bytes(493)});
  mapping.write(some_bytes(1'000'000));
  rig.receive(Kill{kPeerOffer, KillReason::kUnspecified});
  rig.pass(1h);
  EXPECT_EQ(rig.contact.count<Window>(), 0U);
  EXPECT_EQ(sink.received.size(), 3000U * 493U);
  for (const Sent& sent : rig.contact.sent) EXPECT_EQ(sent.where.channel, Channel::kLossless);
}

TEST(BasePeer, KillIsNeitherRepeatedNorAcknowledged) {
  Rig rig;
  const MsgId id = base_accepted(rig);
  rig.handler.accepted.at(0)->close(KillReason::kReset, rig.now);
  rig.receive(Kill{12345, KillReason::kUnspecified});
  rig.pass(1h);
  EXPECT_EQ(rig.contact.count<Kill>(), 1U);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kReset), 1U);
}

TEST(BasePeer, GetsAFreshOfferWhenItsMappingEnds) {
  Rig rig;
  for (int round = 0; round < 5; ++round) {
    const MsgId id =
        rig.contact.count<Offer>() == 0 ? rig.offer() : rig.contact.all<Offer>().back().id;
    rig.receive(Accept{id, {}});
    ASSERT_EQ(rig.handler.accepted.size(), static_cast<size_t>(round) + 1);
    if (round % 2 == 0) {
      rig.receive(Kill{id, KillReason::kUnspecified});
    } else {
      rig.handler.accepted.back()->finish(rig.now);
    }
    ASSERT_NE(rig.contact.all<Offer>().back().id, id);
    EXPECT_EQ(rig.contact.all<Offer>().back().name, "web");
  }
}

TEST(BasePeer, SeesTheKillBeforeTheFreshOffer) {
  Rig rig;
  const MsgId id = base_accepted(rig);
  rig.contact.sent.clear();
  rig.handler.accepted.back()->finish(rig.now);
  ASSERT_EQ(rig.contact.sent.size(), 2U);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kClosed), 1U);
  EXPECT_EQ(rig.contact.sent[0].where.id, PacketId::kData);
  EXPECT_EQ(rig.contact.sent[1].where.id, PacketId::kOffer);
}

TEST(BasePeer, GetsNoFreshOfferWhenItMayNotUseTheService) {
  Rig rig;
  rig.handler.refuse_with = KillReason::kDenied;
  const MsgId id = base_accepted(rig);
  rig.contact.sent.clear();
  rig.pass(1h);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kDenied), 0U);
  EXPECT_EQ(rig.contact.count<Offer>(), 0U);
}

TEST(BasePeer, GetsOnlyTheOneOfferAnewWhenAMappingEnds) {
  Rig rig;
  for (ServiceKey other = 100; other < 110; ++other) {
    rig.offer(other, service_offer("other " + std::to_string(other)));
  }
  const MsgId id = base_accepted(rig);
  rig.pass(1h);
  rig.contact.sent.clear();
  rig.receive(Kill{id, KillReason::kUnspecified});
  EXPECT_EQ(rig.contact.count<Offer>(), 1U);
  EXPECT_EQ(rig.contact.all<Offer>().back().name, "web");
}

TEST(BasePeer, HasOneMappingPerOffer) {
  Rig rig;
  RecordingSink sink;
  rig.established_mapping(sink, false);
  EXPECT_EQ(rig.session.open(kPeerOffer, Transport::kTcp, sink, rig.now), nullptr);
}

TEST(BasePeer, OfferOfBothCarriesBothInOneMapping) {
  Rig rig;
  const MsgId id = rig.offer(kService, service_offer("dns", kTcpAndUdp));
  rig.receive(Accept{id, {}});
  rig.receive(StreamData{id, some_bytes(10)});
  rig.receive(Datagram{id, some_bytes(20)});
  EXPECT_EQ(rig.handler.sinks[id].received.size(), 10U);
  EXPECT_EQ(rig.handler.sinks[id].datagrams.size(), 1U);
  EXPECT_TRUE(rig.handler.sinks[id].closed.empty());
}

TEST(BasePeer, OfferIsGoneWhenItsMappingHasEnded) {
  Rig rig;
  RecordingSink sink;
  rig.established_mapping(sink, false).close(KillReason::kReset, rig.now);
  EXPECT_TRUE(rig.session.offers_heard().empty());
  rig.session.report_events();
  EXPECT_EQ(rig.handler.gone, (std::vector{std::pair{kPeerOffer, KillReason::kReset}}));
  EXPECT_EQ(rig.contact.kills(kPeerOffer, KillReason::kReset), 1U);
}

TEST(BasePeer, FreshOfferTakesTheOldOnesPlaceWhileItsMappingStillRuns) {
  Rig rig;
  RecordingSink sink;
  rig.established_mapping(sink, false);
  rig.receive_offer(kTcpOnly, false, 777, "files");
  rig.receive(StreamData{kPeerOffer, some_bytes(10)});
  EXPECT_EQ(sink.received.size(), 10U);
  ASSERT_EQ(rig.session.offers_heard().size(), 1U);
  EXPECT_EQ(rig.session.offers_heard()[0]->id, 777U);
}

TEST(BasePeer, WithdrawalIsOneKillOfTheRunningMappingsId) {
  Rig rig;
  const MsgId id = base_accepted(rig);
  rig.session.withdraw(kService, KillReason::kWithdrawn, rig.now);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kWithdrawn), 1U);
  rig.session.report_events();
  EXPECT_EQ(rig.handler.sinks[id].closed, std::vector{KillReason::kWithdrawn});
}

}  // namespace
}  // namespace ngcshare::test
