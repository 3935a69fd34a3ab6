// The offerer's side of Accept and Ack-Acc.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

TEST(Accept, OpensAMappingOfTheServiceAndIsAcknowledged) {
  Rig rig;
  const Mapping& mapping = rig.accepted_mapping();
  EXPECT_EQ(rig.handler.accepted_services, std::vector{kService});
  EXPECT_EQ(mapping.id(), kPeerMapping);
  EXPECT_EQ(mapping.state(), Mapping::State::kOpen);
  ASSERT_EQ(rig.contact.count<AckAcc>(), 1U);
  const AckAcc ack = rig.contact.all<AckAcc>()[0];
  EXPECT_EQ(ack.mapping_id, kPeerMapping);
  ASSERT_TRUE(ack.extension.has_value());
  EXPECT_EQ(ack.extension->capabilities, kAllCapabilities);
}

TEST(Accept, WithoutMultiUsesTheOffersId) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive(Accept{id, peer_extension(kCapWindow)});
  ASSERT_EQ(rig.handler.accepted.size(), 1U);
  EXPECT_EQ(rig.handler.accepted[0]->id(), id);
  EXPECT_TRUE(rig.handler.accepted[0]->has(kCapWindow));
}

TEST(Accept, WithoutAnEpochPutsEverythingInForceButTheLink) {
  constexpr uint32_t kMost = kAllCapabilities | kCapFragment;
  constexpr uint32_t kEvery = kMost | kLinkCapabilities;
  Rig rig({.epoch = kOwnEpoch, .capabilities = kEvery});
  Accept accept{rig.offer(), Extension{}};
  accept.extension->capabilities = kEvery;
  accept.extension->mapping_id = kPeerMapping;
  rig.receive(accept);
  ASSERT_EQ(rig.contact.count<AckAcc>(), 1U);
  const AckAcc ack = rig.contact.all<AckAcc>()[0];
  EXPECT_EQ(ack.mapping_id, kPeerMapping);
  EXPECT_EQ(ack.extension->capabilities, kMost);
  EXPECT_FALSE(rig.session.link_stats().has_value());
}

TEST(Accept, ThatNamesAMappingButNotMultiUsesTheOffersId) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive_accept(id, kPeerMapping, {}, kCapWindow);
  EXPECT_EQ(rig.handler.accepted.at(0)->id(), id);
}

TEST(Accept, WithMultiOpensAnyNumberOfMappingsOfOneOffer) {
  Rig rig;
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 50; ++i) rig.receive_accept(id, kPeerMapping + i);
  EXPECT_EQ(rig.session.mapping_count(), 50U);
}

TEST(Accept, ThatIsRepeatedIsAnsweredAgainAndOpensNothing) {
  Rig rig;
  const MsgId id = rig.accepted_mapping().offer_id();
  for (int i = 0; i < 4; ++i) rig.receive_accept(id, kPeerMapping);
  EXPECT_EQ(rig.session.mapping_count(), 1U);
  EXPECT_EQ(rig.handler.accepted.size(), 1U);
  EXPECT_EQ(rig.contact.count<AckAcc>(), 5U);
}

TEST(Accept, ThatIsRepeatedWhileTheTargetIsBeingReachedWaitsForIt) {
  Rig rig;
  rig.handler.acknowledge_at_once = false;
  Mapping& mapping = rig.accepted_mapping();
  rig.receive_accept(mapping.offer_id(), kPeerMapping);
  EXPECT_EQ(rig.contact.count<AckAcc>(), 0U);
  mapping.acknowledge();
  EXPECT_EQ(rig.contact.count<AckAcc>(), 1U);
}

// Every first Accept comes twice from a peer that says Hello: as itself and as a copy.
TEST(Accept, IsFirstAnsweredOnBothChannelsEvenIfItsCopyCameBefore) {
  Rig rig;
  rig.receive_hello();
  rig.handler.acknowledge_at_once = false;
  const MsgId id = rig.offer();
  Accept accept{id, peer_extension()};
  accept.extension->mapping_id = kPeerMapping;
  rig.receive_copy(accept);
  rig.receive(accept);
  rig.handler.accepted.at(0)->acknowledge();
  EXPECT_EQ(rig.contact.count<AckAcc>(Channel::kLossy), 1U);
  EXPECT_EQ(rig.contact.count<AckAcc>(), 1U);
}

TEST(Accept, OfAnUnknownOfferGetsOneKill) {
  Rig rig;
  rig.receive(Accept{12345, {}});
  EXPECT_EQ(rig.contact.kills(12345, KillReason::kUnknown), 1U);
  EXPECT_EQ(rig.contact.sent.size(), 1U);
  EXPECT_EQ(rig.session.counters().unknown, 1U);
}

TEST(Accept, OfUnknownOffersIsAnsweredAtALimitedRate) {
  Rig rig;
  for (MsgId i = 0; i < 1000; ++i) rig.receive(Accept{0x10000 + i, {}});
  EXPECT_EQ(rig.contact.count<Kill>(), 20U);
  rig.pass(1s);
  for (MsgId i = 0; i < 1000; ++i) rig.receive(Accept{0x20000 + i, {}});
  EXPECT_EQ(rig.contact.count<Kill>(), 30U);
}

TEST(Accept, OfAMappingThatHasEndedIsFoundUnknown) {
  Rig rig;
  const MsgId id = rig.accepted_mapping().offer_id();
  rig.receive(Kill{kPeerMapping, KillReason::kClosed});
  rig.receive_accept(id, kPeerMapping);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  EXPECT_EQ(rig.handler.accepted.size(), 1U);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kUnknown), 1U);
}

TEST(Accept, ThatComesAfterItsKillOpensNothing) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive(Kill{kPeerMapping, KillReason::kReset});
  rig.receive_accept(id, kPeerMapping);
  EXPECT_TRUE(rig.handler.accepted.empty());
}

TEST(Accept, BeyondTheNumberOfMappingsIsRefused) {
  Rig rig({.epoch = kOwnEpoch, .capabilities = kAllCapabilities, .max_mappings = 3});
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 4; ++i) rig.receive_accept(id, kPeerMapping + i);
  EXPECT_EQ(rig.session.mapping_count(), 3U);
  EXPECT_EQ(rig.contact.kills(kPeerMapping + 3, KillReason::kLimit), 1U);
  EXPECT_EQ(rig.session.counters().refused, 1U);
  EXPECT_EQ(rig.session.counters().crowded, 1U);
  EXPECT_EQ(rig.session.counters().overflow, 0U) << "no packet was dropped";
}

TEST(Accept, OfAThousandConnectionsAtOnceIsWithinTheLimits) {
  Rig rig;
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 1000; ++i) rig.receive_accept(id, kPeerMapping + i);
  EXPECT_EQ(rig.session.mapping_count(), 1000U);
}

constexpr PeerSession::Config kOneASecond{.epoch = kOwnEpoch,
                                          .capabilities = kAllCapabilities,
                                          .accepts_per_second = 1,
                                          .accept_burst = 2};

TEST(Accept, FasterThanTheBudgetWaitsForItsTurn) {
  Rig rig(kOneASecond);
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 4; ++i) rig.receive_accept(id, kPeerMapping + i);
  EXPECT_EQ(rig.handler.accepted.size(), 2U);
  EXPECT_EQ(rig.session.mapping_count(), 4U);
  EXPECT_EQ(rig.session.waiting_accepts(), 2U);
  rig.pass(1s);
  EXPECT_EQ(rig.handler.accepted.size(), 3U);
  rig.pass(1s);
  ASSERT_EQ(rig.handler.accepted.size(), 4U);
  for (MsgId i = 0; i < 4; ++i) EXPECT_EQ(rig.handler.accepted[i]->id(), kPeerMapping + i);
  EXPECT_EQ(rig.contact.count<AckAcc>(), 4U);
  EXPECT_EQ(rig.contact.count<Kill>(), 0U);
  EXPECT_EQ(rig.session.counters().delayed, 2U);
  EXPECT_EQ(rig.session.counters().refused, 0U);
}

TEST(Accept, ThatWaitsCountsAsAMapping) {
  PeerSession::Config config = kOneASecond;
  config.max_mappings = 3;
  Rig rig(config);
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 4; ++i) rig.receive_accept(id, kPeerMapping + i);
  EXPECT_EQ(rig.session.waiting_accepts(), 1U);
  EXPECT_EQ(rig.contact.kills(kPeerMapping + 3, KillReason::kLimit), 1U);
}

TEST(Accept, WhosePeerGivesUpWhileItWaitsIsNeverDecided) {
  Rig rig(kOneASecond);
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 4; ++i) rig.receive_accept(id, kPeerMapping + i);
  rig.receive(Kill{kPeerMapping + 2, KillReason::kTimeout});
  rig.pass(1s);
  ASSERT_EQ(rig.handler.accepted.size(), 3U);
  EXPECT_EQ(rig.handler.accepted.back()->id(), kPeerMapping + 3);
  rig.pass(10s);
  EXPECT_EQ(rig.handler.accepted.size(), 3U);
}

TEST(Accept, ThatWaitsEndsWithTheServiceAndThePeer) {
  for (const bool with_service : {true, false}) {
    Rig rig(kOneASecond);
    const MsgId id = rig.offer();
    for (MsgId i = 0; i < 4; ++i) rig.receive_accept(id, kPeerMapping + i);
    if (with_service) rig.session.withdraw(kService, KillReason::kWithdrawn, rig.now);
    if (!with_service) rig.session.peer_left(rig.now);
    EXPECT_EQ(rig.session.waiting_accepts(), 0U);
    rig.pass(10s);
    EXPECT_EQ(rig.handler.accepted.size(), 2U);
  }
}

TEST(Accept, ThatWaitsIsDecidedByTheRightsOfItsTurn) {
  Rig rig(kOneASecond);
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 3; ++i) rig.receive_accept(id, kPeerMapping + i);
  rig.handler.refuse_with = KillReason::kDenied;
  rig.pass(1s);
  EXPECT_EQ(rig.contact.kills(kPeerMapping + 2, KillReason::kDenied), 1U);
}

TEST(Accept, ThatTheHandlerRefusesIsKilledWithItsReason) {
  Rig rig;
  rig.handler.refuse_with = KillReason::kDenied;
  const MsgId id = rig.offer();
  rig.receive_accept(id, kPeerMapping);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kDenied), 1U);
  EXPECT_EQ(rig.contact.count<AckAcc>(), 0U);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  EXPECT_EQ(rig.session.counters().refused, 1U);
}

// A link packet has room for 64 of them, and each answer is a packet or two.
TEST(Accept, RefusedAtOnceIsAnsweredAtALimitedRate) {
  Rig rig;
  rig.receive_hello();
  const MsgId id = rig.offer();
  for (MsgId i = 0; i < 10'000; ++i) rig.receive_accept(id, 0x100000 + i, Transport::kUdp);
  EXPECT_EQ(rig.contact.count<Kill>(), 4096U);
  rig.pass(1s);
  rig.contact.sent.clear();
  for (MsgId i = 0; i < 10'000; ++i) rig.receive_accept(id, 0x200000 + i, Transport::kUdp);
  EXPECT_EQ(rig.contact.count<Kill>(), 1000U);
  EXPECT_TRUE(rig.handler.accepted.empty());
  EXPECT_GT(rig.session.counters().overflow, 0U);
}

TEST(Accept, RepeatedWithoutEndIsAnsweredAtALimitedRate) {
  Rig rig;
  const MsgId id = rig.accepted_mapping().offer_id();
  rig.contact.sent.clear();
  for (int i = 0; i < 10'000; ++i) rig.receive_accept(id, kPeerMapping);
  EXPECT_EQ(rig.contact.count<AckAcc>(), 4096U);
  rig.pass(1s);
  for (int i = 0; i < 10'000; ++i) rig.receive_accept(id, kPeerMapping);
  EXPECT_EQ(rig.contact.count<AckAcc>(), 5096U);
}

TEST(Accept, IsKilledWhenTheTargetRefuses) {
  Rig rig;
  rig.handler.acknowledge_at_once = false;
  rig.accepted_mapping().close(KillReason::kTargetRefused, rig.now);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kTargetRefused), 1U);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

TEST(Accept, OfAnOfferOfBothChoosesOneTransport) {
  Rig rig;
  const MsgId id = rig.offer(kService, service_offer("dns", kTcpAndUdp));
  rig.receive_accept(id, kPeerMapping, Transport::kUdp);
  rig.receive_accept(id, kPeerMapping + 1, Transport::kTcp);
  EXPECT_EQ(rig.handler.accepted.at(0)->transports(), kUdpOnly);
  EXPECT_EQ(rig.handler.accepted.at(1)->transports(), kTcpOnly);
}

TEST(Accept, ForATransportThatIsNotOfferedIsRefused) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive_accept(id, kPeerMapping, Transport::kUdp);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kProtocol), 1U);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

// The peer must not be able to make one of its mappings end another offer.
TEST(Accept, MayNotGiveAMappingTheIdOfAnotherOffer) {
  Rig rig;
  const MsgId web = rig.offer(1, service_offer("web"));
  const MsgId mail = rig.offer(2, service_offer("mail"));
  rig.receive_accept(web, mail);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

TEST(Accept, FollowedByDataBeforeTheTargetIsThereIsAProtocolError) {
  Rig rig;
  rig.handler.acknowledge_at_once = false;
  rig.accepted_mapping();
  rig.receive(StreamData{kPeerMapping, some_bytes(10)});
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kProtocol), 1U);
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kProtocol});
}

}  // namespace
}  // namespace ngcshare::test
