// Offers that this side makes: sending, repetition, confirmation, withdrawal.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

TEST(OfferMade, IsSentWithEpochAndCapabilitiesAndAFreshId) {
  Rig rig;
  const MsgId id = rig.offer();
  const auto offers = rig.contact.all<Offer>();
  ASSERT_EQ(offers.size(), 1U);
  EXPECT_FALSE(is_reserved_msg_id(id));
  EXPECT_EQ(offers[0].name, "web");
  EXPECT_EQ(offers[0].suggested_port, 80);
  ASSERT_TRUE(offers[0].extension.has_value());
  EXPECT_EQ(offers[0].extension->epoch, kOwnEpoch);
  EXPECT_EQ(offers[0].extension->capabilities, kAllCapabilities);
}

TEST(OfferMade, KeepsStateDescriptionAndUdpPort) {
  Rig rig;
  Offer what = service_offer();
  what.extension.emplace();
  what.extension->state = ServiceState::kDown;
  what.extension->description = "a page";
  what.extension->udp_port = 443;
  rig.offer(kService, what);
  const auto extension = rig.contact.all<Offer>().at(0).extension;
  EXPECT_EQ(extension->state, ServiceState::kDown);
  EXPECT_EQ(extension->description, "a page");
  EXPECT_EQ(extension->udp_port, 443);
}

TEST(OfferMade, TakesThePublicOffersIdAndDoesNotSendItTwice) {
  Rig rig;
  rig.session.offer(kService, service_offer(), 0x01020304, true, rig.now);
  EXPECT_EQ(rig.contact.count<Offer>(), 0U);
  rig.pass(1s);
  ASSERT_GE(rig.contact.count<Offer>(), 1U);
  EXPECT_EQ(rig.contact.all<Offer>()[0].id, 0x01020304U);
}

TEST(OfferMade, GoesOutPrivatelyWhenThePublicOffersIdIsTakenHere) {
  Rig rig;
  rig.receive_offer(kTcpOnly, true, 0x01020304);
  rig.session.offer(kService, service_offer(), 0x01020304, true, rig.now);
  ASSERT_EQ(rig.contact.count<Offer>(), 1U);
  EXPECT_NE(rig.contact.all<Offer>()[0].id, 0x01020304U);
}

TEST(OfferMade, IsRepeatedOnlyTwiceToAStranger) {
  Rig rig;
  rig.offer();
  rig.pass(250ms);
  EXPECT_EQ(rig.contact.count<Offer>(), 2U);
  rig.pass(500ms);
  EXPECT_EQ(rig.contact.count<Offer>(), 3U);
  rig.pass(1h);
  EXPECT_EQ(rig.contact.count<Offer>(), 3U);
  EXPECT_EQ(rig.contact.sent.size(), 3U);
}

TEST(OfferMade, IsRepeatedUntilAHelloConfirmsIt) {
  Rig rig;
  rig.receive_hello();
  rig.offer();
  rig.pass(1s);
  const size_t before = rig.contact.count<Offer>();
  EXPECT_EQ(before, 3U);
  rig.receive_hello(digest_of(rig.contact.all<Offer>().back()));
  rig.pass(4s);
  EXPECT_EQ(rig.contact.count<Offer>(), before);
}

TEST(OfferMade, IsNotConfirmedByAHelloThatHoldsSomethingElse) {
  Rig rig;
  rig.receive_hello();
  rig.offer();
  rig.receive_hello(12345);
  rig.pass(250ms);
  EXPECT_EQ(rig.contact.count<Offer>(), 2U);
}

TEST(OfferMade, IsSentAgainWhenALaterHelloShowsThatItIsMissing) {
  Rig rig;
  rig.receive_hello();
  rig.offer();
  rig.receive_hello(digest_of(rig.contact.all<Offer>().back()));
  rig.contact.sent.clear();
  rig.receive_hello(0);
  EXPECT_EQ(rig.contact.count<Offer>(), 1U);
}

TEST(OfferMade, KeepsItsIdWhenTheServiceChanges) {
  Rig rig;
  const MsgId id = rig.offer();
  Offer changed = service_offer();
  changed.suggested_port = 8080;
  EXPECT_EQ(rig.offer(kService, changed), id);
  EXPECT_EQ(rig.contact.all<Offer>().back().suggested_port, 8080);
}

TEST(OfferMade, GetsANewIdWhenItIsSharedAnewAfterWithdrawal) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.session.withdraw(kService, KillReason::kWithdrawn, rig.now);
  EXPECT_NE(rig.offer(), id);
}

TEST(OfferMade, KillsOfferAndMappingsWhenItIsWithdrawn) {
  Rig rig;
  const Mapping& mapping = rig.accepted_mapping();
  const MsgId offer_id = mapping.offer_id();
  rig.session.withdraw(kService, KillReason::kWithdrawn, rig.now);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  rig.session.report_events();
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kWithdrawn});
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kWithdrawn), 1U);
  EXPECT_EQ(rig.contact.kills(offer_id, KillReason::kWithdrawn), 1U);
  rig.contact.sent.clear();
  rig.pass(1h);
  EXPECT_EQ(rig.contact.count<Offer>(), 0U);
}

TEST(OfferMade, LeavesOtherServicesAloneWhenOneIsWithdrawn) {
  Rig rig;
  rig.accepted_mapping();
  rig.offer(kService + 1, service_offer("mail"));
  rig.session.withdraw(kService + 1, KillReason::kWithdrawn, rig.now);
  EXPECT_EQ(rig.session.mapping_count(), 1U);
}

TEST(OfferMade, IsNotSentAgainWhenThePeerHasDeclinedIt) {
  Rig rig;
  rig.receive_hello();
  const MsgId id = rig.offer();
  rig.receive(Kill{id, KillReason::kDenied});
  rig.contact.sent.clear();
  rig.receive_hello(0);
  rig.pass(1min);
  EXPECT_EQ(rig.contact.count<Offer>(), 0U);
  EXPECT_EQ(rig.last_hello().offered_digest, 0U);
}

TEST(OfferMade, CannotBeAcceptedOnceDeclined) {
  Rig rig;
  const MsgId id = rig.offer();
  rig.receive(Kill{id, KillReason::kDenied});
  rig.receive_accept(id, kPeerMapping);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  EXPECT_TRUE(rig.handler.accepted.empty());
}

TEST(OfferMade, ToOnePeerKnowsNothingOfTheSameIdFromAnother) {
  Rig one;
  Rig other;
  one.session.offer(kService, service_offer(), 0x01020304, false, one.now);
  other.session.offer(kService, service_offer(), 0x01020304, false, other.now);
  one.receive(Kill{0x01020304, KillReason::kDenied});
  other.receive_accept(0x01020304, kPeerMapping);
  EXPECT_EQ(other.session.mapping_count(), 1U);
}

// A peer without kCapMulti whose Accept was lost gives up after 15 s with a Kill of the offer's id:
// the id is used up, but nobody said that the service is not wanted.
TEST(OfferMade, IsMadeAnewWhenTheAcceptWasLostAndOnlyItsKillArrives) {
  for (const KillReason reason : {KillReason::kTimeout, KillReason::kReset, KillReason::kClosed}) {
    SCOPED_TRACE(to_string(reason));
    Rig rig;
    rig.receive_hello(0, 0, false, kPeerEpoch, 0);
    const MsgId id = rig.offer();
    rig.receive(Kill{id, reason});
    rig.pass(30s);
    EXPECT_NE(rig.contact.all<Offer>().back().id, id);
  }
}

// A refusal for want of room passes; the id it used up must not take the service with it.
TEST(OfferMade, IsMadeAnewAfterABasePeersAcceptWasRefusedForALimit) {
  Rig rig({.epoch = kOwnEpoch, .capabilities = kAllCapabilities, .max_mappings = 0});
  const MsgId id = rig.offer();
  rig.receive(Accept{id, {}});
  ASSERT_EQ(rig.contact.kills(id, KillReason::kLimit), 1U);
  rig.pass(1min);
  EXPECT_NE(rig.contact.all<Offer>().back().id, id);
}

// An offer whose id is used up is nothing to send: the peer ignores it and its digest never agrees.
TEST(OfferMade, IsNeverSentWithAnIdThatWasKilled) {
  Rig rig;
  rig.handler.refuse_with = KillReason::kDenied;
  rig.receive_hello(0, 0, false, kPeerEpoch, 0);
  const MsgId id = rig.offer();
  rig.receive(Accept{id, peer_extension(0)});
  ASSERT_GE(rig.contact.kills(id, KillReason::kDenied), 1U);
  rig.contact.sent.clear();
  for (int i = 0; i < 12; ++i) {
    rig.receive_hello(0, 0, false, kPeerEpoch, 0);
    rig.pass(5s);
  }
  size_t dead = 0;
  for (const Offer& offer : rig.contact.all<Offer>()) dead += offer.id == id ? 1U : 0U;
  EXPECT_EQ(dead, 0U);
}

// A peer holds kMaxOffersHeard; its digest never agrees with more.
TEST(OfferMade, DoesNotFloodAPeerWhoseDigestNeverAgrees) {
  Rig rig;
  rig.receive_hello();
  for (ServiceKey service = 0; service < 130; ++service) {
    rig.offer(service, service_offer("service " + std::to_string(service)));
  }
  rig.pass(30s);
  rig.contact.sent.clear();
  for (int i = 0; i < 120; ++i) {
    rig.receive_hello(12345);
    rig.pass(500ms);
  }
  // A minute: all offers on both channels once every 10 s would be plenty.
  EXPECT_LT(rig.contact.sent.size(), 130U * 2 * 6);
}

// The peer knows a service by its name, so one of two of the same name would be sent for ever.
TEST(OfferMade, OfTheSameNameTwiceDoesNotMakeTwoThatThePeerCannotHold) {
  Rig rig;
  rig.receive_hello();
  rig.offer(1, service_offer("web"));
  rig.offer(2, service_offer("web"));
  rig.receive_hello(digest_of(rig.contact.all<Offer>().back()));
  rig.contact.sent.clear();
  rig.pass(1min);
  EXPECT_EQ(rig.contact.count<Offer>(), 0U);
}

}  // namespace
}  // namespace ngcshare::test
