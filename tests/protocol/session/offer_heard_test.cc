// Offers of the peer: accepted, replaced and ignored ones.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

TEST(OfferHeard, IsToldOnceHoweverOftenItComes) {
  Rig rig;
  for (int i = 0; i < 5; ++i) rig.receive_offer();
  EXPECT_EQ(rig.handler.offers.size(), 1U);
  EXPECT_EQ(rig.session.offers_heard().size(), 1U);
}

TEST(OfferHeard, IsTheSamePubliclyPrivatelyAndAsACopy) {
  Rig rig;
  const Offer offer{kPeerOffer, kTcpOnly, 21, "files", peer_extension()};
  rig.receive(offer, true);
  rig.receive(offer);
  rig.receive_copy(offer);
  EXPECT_EQ(rig.handler.offers.size(), 1U);
  EXPECT_EQ(rig.last_hello().heard_digest, 0U);
  rig.pass(0s);
  EXPECT_EQ(rig.last_hello().heard_digest, digest_of(offer));
}

TEST(OfferHeard, IsToldAgainWhenItsPortOrStateChanges) {
  Rig rig;
  Offer offer{kPeerOffer, kTcpOnly, 21, "files", peer_extension()};
  rig.receive(offer);
  offer.suggested_port = 2121;
  rig.receive(offer);
  offer.extension->state = ServiceState::kDown;
  rig.receive(offer);
  EXPECT_EQ(rig.handler.offers.size(), 3U);
  ASSERT_EQ(rig.session.offers_heard().size(), 1U);
  EXPECT_EQ(*rig.session.offers_heard()[0], offer);
}

TEST(OfferHeard, TakesThePlaceOfTheOldOneOfTheSameNameWhichStaysDead) {
  Rig rig;
  rig.receive_offer(kTcpOnly, true, 101, "files");
  rig.receive_offer(kTcpOnly, true, 202, "files");
  rig.receive_offer(kTcpOnly, true, 101, "files");  // played back by NGC
  ASSERT_EQ(rig.session.offers_heard().size(), 1U);
  EXPECT_EQ(rig.session.offers_heard()[0]->id, 202U);
  EXPECT_EQ(rig.session.counters().stale, 1U);
}

TEST(OfferHeard, KeepsItsName) {
  Rig rig;
  rig.receive_offer(kTcpOnly, true, 101, "files");
  rig.receive_offer(kTcpOnly, true, 101, "other");
  ASSERT_EQ(rig.session.offers_heard().size(), 1U);
  EXPECT_EQ(rig.session.offers_heard()[0]->name, "files");
  EXPECT_EQ(rig.handler.offers.size(), 1U);
  EXPECT_EQ(rig.session.counters().stale, 1U);
}

// Copies on the lossy channel overtake what waits on the lossless one: here the offer of a service
// that was withdrawn and shared anew, then its old Offer, then the old one's Kill.
TEST(OfferHeard, SurvivesALateOldOneOfTheSameName) {
  Rig rig;
  rig.receive_hello();
  const Offer old{101, kTcpOnly, 21, "files", peer_extension()};
  const Offer current{202, kTcpOnly, 21, "files", peer_extension()};
  rig.receive_copy(current);
  rig.receive(old);
  rig.receive(Kill{old.id, KillReason::kWithdrawn});
  rig.receive(current);
  ASSERT_EQ(rig.session.offers_heard().size(), 1U);
  EXPECT_EQ(rig.session.offers_heard()[0]->id, current.id);
}

TEST(OfferHeard, IsGoneAfterAPublicOrPrivateKillAndStaysGone) {
  for (const bool is_public : {false, true}) {
    Rig rig;
    rig.receive_offer();
    rig.receive(Kill{kPeerOffer, KillReason::kWithdrawn}, is_public);
    EXPECT_EQ(rig.handler.gone, (std::vector{std::pair{kPeerOffer, KillReason::kWithdrawn}}));
    rig.receive_offer();
    EXPECT_TRUE(rig.session.offers_heard().empty());
    EXPECT_EQ(rig.handler.offers.size(), 1U);
  }
}

TEST(OfferHeard, StaysDeadWhenItsKillOvertakesIt) {
  Rig rig;
  rig.receive(Kill{kPeerOffer, KillReason::kWithdrawn});
  rig.receive_offer();
  EXPECT_TRUE(rig.session.offers_heard().empty());
}

TEST(OfferHeard, EndsItsMappingsWhenItIsWithdrawn) {
  Rig rig;
  RecordingSink sink;
  rig.established_mapping(sink);
  rig.receive(Kill{kPeerOffer, KillReason::kWithdrawn});
  EXPECT_EQ(sink.closed, std::vector{KillReason::kWithdrawn});
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

TEST(OfferHeard, IsBoundedToOneHundredAndTwentyEight) {
  Rig rig;
  for (MsgId i = 0; i < 200; ++i) {
    rig.receive_offer(kTcpOnly, true, 0x1000 + i, "service " + std::to_string(i));
  }
  EXPECT_EQ(rig.session.offers_heard().size(), 128U);
  EXPECT_EQ(rig.session.counters().overflow, 72U);
  rig.receive(Kill{0x1000, KillReason::kWithdrawn});
  rig.receive_offer(kTcpOnly, true, 0x2000, "room again");
  EXPECT_EQ(rig.session.offers_heard().size(), 128U);
}

TEST(OfferHeard, BeyondTheLimitIsAnsweredAtALimitedRate) {
  Rig rig;
  for (MsgId i = 0; i < 1128; ++i)
    rig.receive_offer(kTcpOnly, true, 0x1000 + i, "s" + std::to_string(i));
  const auto refused = [&rig](MsgId first, MsgId past) {
    size_t count = 0;
    for (MsgId id = first; id < past; ++id) {
      if (rig.contact.kills(id, KillReason::kLimit, Channel::kLossless) != 0) ++count;
    }
    return count;
  };
  EXPECT_EQ(refused(0x1000 + 128, 0x1000 + 1128), 20U);
  rig.now += std::chrono::seconds(1);
  rig.receive_offer(kTcpOnly, true, 0x1000 + 1000, "s1000");
  EXPECT_EQ(refused(0x1000 + 1000, 0x1000 + 1001), 1U);  // an honest peer repeats it
}

TEST(OfferHeard, MayNotTakeTheIdOfARunningMapping) {
  Rig rig;
  rig.accepted_mapping();
  rig.receive_offer(kTcpOnly, true, kPeerMapping);
  EXPECT_TRUE(rig.session.offers_heard().empty());
  EXPECT_EQ(rig.session.mapping_count(), 1U);
}

TEST(OfferHeard, FromOnePeerSaysNothingAboutTheSameIdFromAnother) {
  Rig one;
  Rig other;
  one.receive_offer();
  other.receive_offer();
  one.receive(Kill{kPeerOffer, KillReason::kWithdrawn});
  EXPECT_EQ(other.session.offers_heard().size(), 1U);
}

TEST(OfferHeard, WithAnExtensionIsAnsweredByAHelloAtOnce) {
  Rig rig;
  rig.receive_offer();
  rig.pass(0s);
  EXPECT_EQ(rig.contact.count<Hello>(Channel::kLossy), 1U);
}

TEST(OfferHeard, IsGoneWhenThePeerLeaves) {
  Rig rig;
  RecordingSink sink;
  rig.established_mapping(sink);
  rig.contact.sent.clear();
  rig.session.peer_left(rig.now);
  rig.session.report_events();
  EXPECT_EQ(rig.handler.gone, (std::vector{std::pair{kPeerOffer, KillReason::kPeerLeft}}));
  EXPECT_EQ(sink.closed, std::vector{KillReason::kPeerLeft});
  EXPECT_TRUE(rig.contact.sent.empty());
}

// A path that broke for a minute makes NGC report that the peer left, and came back. The peer's
// process has not changed, so neither have its epoch and the ids of its offers.
TEST(OfferHeard, IsHeardAgainWhenThePeerComesBackWithTheSameEpochAndId) {
  for (const bool extended : {true, false}) {
    Rig rig;
    rig.receive_offer(kTcpOnly, extended);
    rig.session.peer_left(rig.now);
    rig.pass(1min);
    rig.receive_offer(kTcpOnly, extended);
    EXPECT_EQ(rig.session.offers_heard().size(), 1U);
  }
}

// The answer "unknown" to an Accept shows that the offer no longer exists.
TEST(OfferHeard, IsGoneWhenItsAcceptIsAnsweredAsUnknown) {
  Rig offerer;
  Rig acceptor;
  RecordingSink sink;
  const Mapping& mapping = acceptor.opened_mapping(sink);  // an offer that the offerer lost
  ASSERT_NE(mapping.id(), kPeerOffer);
  for (const Accept& accept : acceptor.contact.all<Accept>()) offerer.receive(accept);
  for (const Kill& kill : offerer.contact.all<Kill>()) acceptor.receive(kill);
  EXPECT_EQ(sink.closed, std::vector{KillReason::kUnknown});
  EXPECT_TRUE(acceptor.session.offers_heard().empty());
}

}  // namespace
}  // namespace ngcshare::test
