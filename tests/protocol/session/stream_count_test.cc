// Bytes of streams whose mappings do not come to be or end early: both ends must count the same, or
// the link's window shrinks for good.
#include "tests/protocol/session/link_rig.h"

namespace ngcshare::test {
namespace {

struct Refusal {
  const char* name;
  KillReason reason;
};

// Receives an Accept that the session refuses for `reason`, with early bytes.
void receive_refused(LinkRig& rig, KillReason reason, size_t early, bool fin) {
  const MsgId offer = rig.offer();
  switch (reason) {
    case KillReason::kLimit:
      rig.receive_early_accept(offer, 0x1000, 0);  // takes the only place
      rig.receive_early_accept(offer, kPeerMapping, early, fin);
      break;
    case KillReason::kProtocol:
      rig.receive_early_accept(offer, kPeerMapping, early, fin, Transport::kUdp);
      break;
    case KillReason::kUnknown:
      rig.session.withdraw(kService, KillReason::kWithdrawn, rig.now);
      rig.receive_early_accept(offer, kPeerMapping, early, fin);
      break;
    default:
      rig.handler.refuse_with = reason;
      rig.receive_early_accept(offer, kPeerMapping, early, fin);
      break;
  }
}

constexpr Refusal kRefusals[] = {
    {"too many mappings", KillReason::kLimit},
    {"a transport that the offer lacks", KillReason::kProtocol},
    {"an offer that is gone", KillReason::kUnknown},
    {"the handler's decision", KillReason::kDenied},
};

TEST(StreamCount, OfARefusedAcceptIsSettledByTheResetOfItsSender) {
  for (const Refusal& refusal : kRefusals) {
    SCOPED_TRACE(refusal.name);
    LinkRig rig(1);
    receive_refused(rig, refusal.reason, 1000, false);
    rig.receive_reset(kPeerMapping, 1000);
    EXPECT_EQ(rig.stats().counted_taken, 1000U);
    EXPECT_EQ(rig.stats().refused, 0U);  // both packets are acknowledged
    rig.receive_reset(kPeerMapping, 1000);
    EXPECT_EQ(rig.stats().counted_taken, 1000U);
    EXPECT_TRUE(rig.session.sums_hold());
  }
}

// The link does not repeat them, so each waits for its answer until its time is over.
TEST(StreamCount, AcceptsOverTheLinkOfAnOfferThatIsGoneAreAllAnswered) {
  LinkRig rig;
  const MsgId offer = rig.offer();
  rig.session.withdraw(kService, KillReason::kWithdrawn, rig.now);
  for (MsgId id = 0x1000; id < 0x1000 + 25; ++id) rig.receive_early_accept(offer, id, 10);
  for (MsgId id = 0x1000; id < 0x1000 + 25; ++id) {
    EXPECT_EQ(rig.killed_by_link(id), KillReason::kUnknown);
    rig.receive_reset(id, 10);
  }
  EXPECT_EQ(rig.stats().counted_taken, 250U);
  EXPECT_EQ(rig.stats().refused, 0U);
}

TEST(StreamCount, AcceptsOverTheLinkAreAnsweredAtALimitedRate) {
  LinkRig rig;
  for (MsgId id = 0; id < 20'000; ++id) rig.receive_early_accept(0x77000011, 0x100000 + id, 0);
  EXPECT_LE(rig.contact.count<Kill>(), 4096U);
  EXPECT_GT(rig.session.counters().overflow, 0U);
}

TEST(StreamCount, OfARefusedAcceptIsSettledByTheEndOfItsStream) {
  for (const Refusal& refusal : kRefusals) {
    SCOPED_TRACE(refusal.name);
    LinkRig rig(1);
    receive_refused(rig, refusal.reason, 500, true);
    EXPECT_EQ(rig.stats().counted_taken, 500U);
    EXPECT_EQ(rig.stats().refused, 0U);
  }
}

TEST(StreamCount, OfAnAcceptThatComesAgainAfterItsRefusalStays) {
  for (const Refusal& refusal : kRefusals) {
    SCOPED_TRACE(refusal.name);
    LinkRig rig(1);
    receive_refused(rig, refusal.reason, 1000, false);
    rig.handler.refuse_with.reset();
    const size_t decided = rig.handler.accepted_services.size();
    const MsgId other = rig.offer(8, service_offer("other"));
    rig.receive_early_accept(other, kPeerMapping, 1000);
    EXPECT_EQ(rig.handler.accepted_services.size(), decided);
  }
}

// Of Accepts for an offer that is gone only some are answered. The peer gives up the others, too,
// when it hears that the offer is gone, and repeats their RESETs until they are acknowledged.
TEST(StreamCount, OfUnansweredAcceptsIsSettledToo) {
  LinkRig rig;
  const MsgId offer = rig.offer();
  rig.session.withdraw(kService, KillReason::kWithdrawn, rig.now);
  constexpr MsgId kAccepts = 100;
  for (MsgId id = kPeerMapping; id < kPeerMapping + kAccepts; ++id) {
    rig.receive_early_accept(offer, id, 0);
  }
  ASSERT_LT(rig.contact.count<Kill>(), kAccepts);
  for (MsgId id = kPeerMapping; id < kPeerMapping + kAccepts; ++id) rig.receive_reset(id, 10);
  EXPECT_EQ(rig.stats().refused, 0U);
  EXPECT_EQ(rig.stats().counted_taken, kAccepts * 10);
}

TEST(StreamCount, OfAMappingThatTheKillOvertakesIsSettled) {
  LinkRig rig;
  rig.offer();
  rig.receive_kill_by_link({kPeerMapping, KillReason::kTimeout});
  rig.receive_reset(kPeerMapping, 700);
  EXPECT_EQ(rig.stats().counted_taken, 700U);
  EXPECT_EQ(rig.stats().refused, 0U);
}

// Whatever the reason: the peer has given the stream up, so no more of it comes.
TEST(StreamCount, OfAMappingThatThePeerKillsLeavesNoStream) {
  for (const KillReason reason : {KillReason::kClosed, KillReason::kReset, KillReason::kLimit}) {
    LinkRig rig;
    rig.receive_early_accept(rig.offer(), kPeerMapping, 1000);
    ASSERT_EQ(rig.stats().streams, 1U);
    rig.receive_kill_by_link({kPeerMapping, reason});
    EXPECT_EQ(rig.stats().streams, 0U);
    rig.receive_reset(kPeerMapping, 5000);
    EXPECT_EQ(rig.stats().counted_taken, 5000U);
    EXPECT_TRUE(rig.session.sums_hold());
  }
}

// The peer may be through with a mapping but for its last bytes, which would use up the window.
TEST(StreamCount, OfAMappingThatEndsWithItsOfferIsGivenUpByItsPeerToo) {
  LinkRig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened(sink);
  const MsgId id = mapping.id();
  rig.receive_ack(id, kWithLink);
  rig.receive_kill_by_link({kPeerOffer, KillReason::kWithdrawn});
  EXPECT_EQ(sink.closed, std::vector{KillReason::kWithdrawn});
  EXPECT_EQ(rig.killed_by_link(id), KillReason::kWithdrawn);
  rig.receive_reset(id, 5000);
  EXPECT_EQ(rig.stats().counted_taken, 5000U);
}

TEST(StreamCount, OfAMappingWithoutTheLinkIsAcknowledgedAndIgnored) {
  LinkRig rig;
  rig.receive_accept(rig.offer(kService, service_offer("dns", kTcpAndUdp)), kPeerMapping,
                     Transport::kUdp, kWithLink);
  ASSERT_EQ(rig.session.mapping_count(), 1U);
  rig.receive_link([&](link::PacketWriter& out) { out.write_stream(kPeerMapping, 0, 10, false); });
  EXPECT_EQ(rig.stats().refused, 0U);
  EXPECT_EQ(rig.session.mapping_count(), 1U);
}

// A peer that acknowledges nothing gets no place for more.
TEST(StreamCount, OfEndsThatThePeerDoesNotAcknowledgeIsBounded) {
  LinkRig rig(10);
  const MsgId offer = rig.offer();
  for (MsgId id = kPeerMapping; id < kPeerMapping + 100; ++id) {
    rig.receive_early_accept(offer, id, 10);
    rig.receive_kill_by_link({id, KillReason::kClosed});
  }
  EXPECT_EQ(rig.handler.accepted_services.size(), 10U);
  EXPECT_EQ(rig.session.counters().crowded, 90U);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

TEST(AcceptOfAnOffer, WithTheOffersIdAsItsMappingsIsIgnored) {
  Rig rig;
  const MsgId offer = rig.offer();
  rig.receive_accept(offer, offer);
  EXPECT_TRUE(rig.handler.accepted_services.empty());
  EXPECT_EQ(rig.session.counters().refused, 1U);
  rig.receive_accept(offer, kPeerMapping);
  EXPECT_EQ(rig.handler.accepted_services.size(), 1U);
}

}  // namespace
}  // namespace ngcshare::test
