// The acceptor's side: opening a mapping, repeating Accept, giving up.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

std::vector<Duration> times_of_accepts(Rig& rig, Duration until, Channel channel) {
  std::vector<Duration> times;
  const TimePoint start = rig.now;
  size_t seen = rig.contact.count<Accept>(channel);
  for (size_t i = 0; i < seen; ++i) times.push_back(0s);
  while (rig.now < start + until) {
    rig.pass(50ms);
    for (; seen < rig.contact.count<Accept>(channel); ++seen) times.push_back(rig.now - start);
  }
  return times;
}

TEST(Opening, SendsAnAcceptWithAFreshMappingIdAndTheEpoch) {
  Rig rig;
  RecordingSink sink;
  const Mapping& mapping = rig.opened_mapping(sink);
  ASSERT_EQ(rig.contact.count<Accept>(), 1U);
  const Accept accept = rig.contact.all<Accept>()[0];
  EXPECT_EQ(accept.offer_id, kPeerOffer);
  ASSERT_TRUE(accept.extension.has_value());
  EXPECT_EQ(accept.extension->mapping_id, mapping.id());
  EXPECT_EQ(accept.extension->epoch, kOwnEpoch);
  EXPECT_FALSE(accept.extension->transport.has_value());
  EXPECT_NE(mapping.id(), kPeerOffer);
}

TEST(Opening, OfAnOfferOfBothNamesTheTransport) {
  Rig rig;
  RecordingSink sink;
  rig.receive_offer(kTcpAndUdp);
  ASSERT_NE(rig.session.open(kPeerOffer, Transport::kUdp, sink, rig.now), nullptr);
  EXPECT_EQ(rig.contact.all<Accept>()[0].extension->transport, Transport::kUdp);
}

TEST(Opening, NeedsAnOfferOfThatTransport) {
  Rig rig;
  RecordingSink sink;
  EXPECT_EQ(rig.session.open(kPeerOffer, Transport::kTcp, sink, rig.now), nullptr);
  rig.receive_offer(kTcpOnly);
  EXPECT_EQ(rig.session.open(kPeerOffer, Transport::kUdp, sink, rig.now), nullptr);
  EXPECT_EQ(rig.contact.count<Accept>(), 0U);
}

TEST(Opening, StopsAtTheNumberOfMappings) {
  Rig rig({.epoch = kOwnEpoch, .capabilities = kAllCapabilities, .max_mappings = 2});
  RecordingSink sink;
  rig.receive_offer();
  EXPECT_NE(rig.session.open(kPeerOffer, Transport::kTcp, sink, rig.now), nullptr);
  EXPECT_NE(rig.session.open(kPeerOffer, Transport::kTcp, sink, rig.now), nullptr);
  EXPECT_EQ(rig.session.open(kPeerOffer, Transport::kTcp, sink, rig.now), nullptr);
}

TEST(Opening, OfAPeerWithoutMultiGivesOneMappingWithTheOffersId) {
  Rig rig;
  RecordingSink sink;
  rig.receive(Offer{kPeerOffer, kTcpOnly, 21, "files", peer_extension(kCapWindow)});
  const Mapping* const mapping = rig.session.open(kPeerOffer, Transport::kTcp, sink, rig.now);
  ASSERT_NE(mapping, nullptr);
  EXPECT_EQ(mapping->id(), kPeerOffer);
  EXPECT_EQ(rig.session.open(kPeerOffer, Transport::kTcp, sink, rig.now), nullptr);
}

TEST(Opening, RepeatsAcceptWithDoublingIntervalsUntilItGivesUpAfter15Seconds) {
  Rig rig;
  RecordingSink sink;
  rig.opened_mapping(sink);
  const auto times = times_of_accepts(rig, 60s, Channel::kLossless);
  EXPECT_EQ(times, (std::vector<Duration>{0ms, 250ms, 750ms, 1750ms, 3750ms, 7750ms}));
  EXPECT_EQ(sink.closed, std::vector{KillReason::kTimeout});
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

TEST(Opening, KillsTheMappingWhenItGivesUp) {
  Rig rig;
  RecordingSink sink;
  const MsgId id = rig.opened_mapping(sink).id();
  rig.pass(14'999ms);
  EXPECT_TRUE(sink.closed.empty());
  EXPECT_EQ(rig.contact.count<Kill>(), 0U);
  rig.pass(1ms);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kTimeout), 1U);
}

TEST(Opening, RepeatsFirstOnTheLossyChannelWhereThePeerSaysHello) {
  Rig rig;
  rig.receive_hello();
  RecordingSink sink;
  rig.opened_mapping(sink);
  const auto lossless_before = rig.contact.count<Accept>();
  EXPECT_EQ(lossless_before, 1U);
  const auto times = times_of_accepts(rig, 2s, Channel::kLossy);
  EXPECT_EQ(times, (std::vector<Duration>{0ms, 250ms, 750ms, 1750ms}));
  EXPECT_EQ(rig.contact.count<Accept>(), 2U);  // at first and with the third repeat
}

TEST(Opening, StopsRepeatingWhenAckAccComes) {
  Rig rig;
  RecordingSink sink;
  rig.established_mapping(sink);
  EXPECT_EQ(sink.established, 1);
  rig.pass(1min);
  EXPECT_EQ(rig.contact.count<Accept>(), 1U);
  EXPECT_EQ(sink.established, 1);
  EXPECT_TRUE(sink.closed.empty());
}

TEST(Opening, IsEstablishedOnceByAnAckAccThatIsRepeated) {
  Rig rig;
  RecordingSink sink;
  const MsgId id = rig.established_mapping(sink).id();
  rig.receive_ack(id);
  rig.receive_ack(id, std::nullopt);
  EXPECT_EQ(sink.established, 1);
  EXPECT_EQ(rig.session.mapping_count(), 1U);
}

TEST(Opening, IsEstablishedByDataThatOvertakesAckAcc) {
  Rig rig;
  RecordingSink sink;
  const Mapping& mapping = rig.opened_mapping(sink);
  rig.receive(StreamData{mapping.id(), some_bytes(10)});
  EXPECT_EQ(sink.established, 1);
  EXPECT_EQ(sink.received, some_bytes(10));
  EXPECT_TRUE(mapping.has(kCapWindow));
}

TEST(Opening, IsEstablishedByADatagramThatOvertakesAckAcc) {
  Rig rig;
  RecordingSink sink;
  const Mapping& mapping = rig.opened_mapping(sink, true, kUdpOnly);
  rig.receive(Datagram{mapping.id(), some_bytes(10)});
  EXPECT_EQ(sink.established, 1);
  EXPECT_EQ(sink.datagrams.size(), 1U);
}

TEST(Opening, UsesWhatAckAccSaysIsInForce) {
  Rig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened_mapping(sink);
  rig.receive_ack(mapping.id(), kCapMulti);
  EXPECT_FALSE(mapping.has(kCapWindow));
  EXPECT_EQ(mapping.write(some_bytes(600'000)), 600'000U);
}

TEST(Opening, EndsWhenThePeerKillsIt) {
  Rig rig;
  RecordingSink sink;
  const MsgId id = rig.opened_mapping(sink).id();
  rig.receive(Kill{id, KillReason::kTargetRefused});
  EXPECT_EQ(sink.closed, std::vector{KillReason::kTargetRefused});
  EXPECT_EQ(sink.established, 0);
  rig.pass(1min);
  EXPECT_EQ(rig.contact.count<Accept>(), 1U);
}

TEST(Opening, ThatIsClosedHereBeforeTheAnswerIsKilledAndSilent) {
  Rig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened_mapping(sink);
  const MsgId id = mapping.id();
  mapping.close(KillReason::kReset, rig.now);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kReset), 1U);
  EXPECT_TRUE(sink.closed.empty());
  rig.receive_ack(id);
  EXPECT_EQ(sink.established, 0);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

}  // namespace
}  // namespace ngcshare::test
