// A peer that restarts, and packets of the process it was before.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

constexpr uint32_t kNextEpoch = 0x0C0C0C0C;

TEST(Epoch, ANewOneEndsEveryMappingAndTakesBackEveryOffer) {
  Rig rig;
  RecordingSink sink;
  rig.established_mapping(sink);
  rig.accepted_mapping();
  rig.receive_hello(0, 0, false, kNextEpoch);
  EXPECT_EQ(sink.closed, std::vector{KillReason::kRestarted});
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kRestarted});
  EXPECT_EQ(rig.handler.gone, (std::vector{std::pair{kPeerOffer, KillReason::kRestarted}}));
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

// In the other order the old process's offers would seem to be back for a moment.
TEST(Epoch, ANewOneTakesBackEveryOfferBeforeASilentPeerCountsAsPresentAgain) {
  Rig rig;
  rig.receive_offer();
  rig.receive_hello();
  rig.pass(16s);
  ASSERT_EQ(rig.handler.presence, std::vector{false});
  size_t gone_before = 0;
  rig.handler.when_presence = [&] { gone_before = rig.handler.gone.size(); };
  rig.receive_hello(0, 0, false, kNextEpoch);
  EXPECT_EQ(rig.handler.presence, (std::vector{false, true}));
  EXPECT_EQ(gone_before, 1U);
}

TEST(Epoch, ANewOneGetsAllOffersAgain) {
  Rig rig;
  rig.receive_hello();
  const MsgId id = rig.offer();
  rig.receive_hello(digest_of(rig.contact.all<Offer>().back()));
  rig.contact.sent.clear();
  rig.receive_hello(0, 0, false, kNextEpoch);
  ASSERT_GE(rig.contact.count<Offer>(), 1U);
  EXPECT_EQ(rig.contact.all<Offer>()[0].id, id);
}

// So that a process that did not restart learns of another one with its key.
TEST(Epoch, ANewOneIsToldWhichOneItReplaced) {
  Rig rig;
  rig.receive_hello();
  rig.offer();
  rig.contact.sent.clear();
  rig.receive_hello(0, 0, false, kNextEpoch);
  const auto hellos = rig.contact.all<Hello>(Channel::kLossy);
  ASSERT_FALSE(hellos.empty());
  EXPECT_EQ(hellos[0].peer_epoch, kPeerEpoch);
  rig.pass(6s);
  EXPECT_EQ(rig.last_hello().peer_epoch, kNextEpoch);
}

TEST(Epoch, NamedByAPeerIsThatOfItsLastHello) {
  Rig rig;
  EXPECT_EQ(rig.session.named_epoch(), 0U);
  Hello hello{.epoch = kPeerEpoch, .capabilities = kAllCapabilities, .peer_epoch = kOwnEpoch};
  rig.receive(hello);
  EXPECT_EQ(rig.session.named_epoch(), kOwnEpoch);
  hello.peer_epoch = 0x0D0D0D0D;
  rig.receive(hello);
  EXPECT_EQ(rig.session.named_epoch(), 0x0D0D0D0DU);
  hello = {.epoch = kNextEpoch, .capabilities = kAllCapabilities, .peer_epoch = 0};
  rig.receive(hello);
  EXPECT_EQ(rig.session.named_epoch(), 0U);
}

TEST(Epoch, ANewOneIsLearntFromOfferAndAcceptToo) {
  {
    Rig rig;
    rig.receive_offer();
    rig.receive(Offer{909, kTcpOnly, 21, "files", peer_extension(kAllCapabilities, kNextEpoch)});
    ASSERT_EQ(rig.session.offers_heard().size(), 1U);
    EXPECT_EQ(rig.session.offers_heard()[0]->id, 909U);
    EXPECT_EQ(rig.handler.gone, (std::vector{std::pair{kPeerOffer, KillReason::kRestarted}}));
  }
  {
    Rig rig;
    const MsgId id = rig.accepted_mapping().offer_id();
    Accept accept{id, peer_extension(kAllCapabilities, kNextEpoch)};
    accept.extension->mapping_id = kPeerMapping + 1;
    rig.receive(accept);
    EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kRestarted});
    EXPECT_EQ(rig.session.mapping_count(), 1U);
  }
}

TEST(Epoch, ARestartedPeerIsOfferedWhatItDeclinedBefore) {
  Rig rig;
  rig.receive_hello();
  const MsgId id = rig.offer();
  rig.receive(Kill{id, KillReason::kDenied});
  rig.contact.sent.clear();
  rig.receive_hello(0, 0, false, kNextEpoch);
  rig.pass(1s);
  ASSERT_GE(rig.contact.count<Offer>(), 1U);
  EXPECT_NE(rig.contact.all<Offer>()[0].id, id);
}

TEST(Epoch, ThatIsOverIsIgnored) {
  Rig rig;
  rig.receive_offer();
  rig.receive_hello(0, 0, false, kNextEpoch);
  rig.contact.sent.clear();
  rig.receive_offer();
  rig.receive_hello(0, 0, true);
  rig.receive(Accept{rig.offer(), peer_extension()});
  EXPECT_EQ(rig.session.counters().stale, 3U);
  EXPECT_TRUE(rig.session.offers_heard().empty());
  EXPECT_EQ(rig.session.mapping_count(), 0U);
  EXPECT_EQ(rig.contact.count<Hello>(Channel::kLossy), 0U);
}

TEST(Epoch, OfLongAgoIsStillOver) {
  Rig rig;
  for (uint32_t i = 0; i < 50; ++i) rig.receive_hello(0, 0, false, 0x1000 + i);
  rig.receive_hello(0, 0, false, 0x1000);
  EXPECT_EQ(rig.session.counters().stale, 1U);
}

// A packet of a process of which nothing else was heard looks like a restart. It must not lock the
// live process out for good: only the live one can go on answering.
TEST(Epoch, OfAPastProcessNeverHeardOfDoesNotLockTheLiveOneOut) {
  Rig rig;
  rig.receive_offer();
  rig.receive_hello();
  rig.receive(Offer{909, kTcpOnly, 21, "old", peer_extension(kAllCapabilities, 0x0D0D0D0D)});
  for (int i = 0; i < 30; ++i) {
    rig.receive_hello(0, 0, true);
    rig.receive_offer(kTcpOnly, true, kPeerOffer + 1, "live");
    rig.pass(1s);
  }
  ASSERT_EQ(rig.session.offers_heard().size(), 1U);
  EXPECT_EQ(rig.session.offers_heard()[0]->name, "live");
}

// The live process holds what was forgotten here, so it has to see a new process, too.
TEST(Epoch, OfThisSideIsAnotherAfterThePeersWasTakenForStale) {
  Rig rig;
  rig.receive_hello();
  rig.offer();
  rig.receive(Offer{909, kTcpOnly, 21, "old", peer_extension(kAllCapabilities, 0x0D0D0D0D)});
  rig.contact.sent.clear();
  for (int i = 0; i < 3; ++i) rig.receive_hello();
  EXPECT_EQ(rig.last_hello().epoch, ScriptedHandler::kDrawnEpoch);
  const auto offers = rig.contact.all<Offer>();
  ASSERT_FALSE(offers.empty());
  EXPECT_EQ(offers.back().extension->epoch, ScriptedHandler::kDrawnEpoch);
}

// Each change of the process is answered with all offers.
TEST(Epoch, OfTwoProcessesInTurnDoesNotDrawAllOffersEachTime) {
  Rig rig;
  rig.receive_hello();
  rig.offer();
  rig.contact.sent.clear();
  for (int i = 0; i < 300; ++i) rig.receive_hello(0, 0, false, i % 6 < 3 ? kNextEpoch : kPeerEpoch);
  EXPECT_LT(rig.contact.count<Offer>(), 20U);
}

TEST(Replay, OfEverythingThePeerEverSentChangesNothing) {
  Rig rig;
  RecordingSink sink;
  const MsgId offer_id = rig.offer();
  const auto replay = [&] {
    rig.receive_offer(kTcpOnly, true, 301, "gone");
    rig.receive_accept(offer_id, kPeerMapping);
    rig.receive_ack(kPeerMapping + 5);
    rig.receive(Window{kPeerMapping, 1});
    rig.receive(Kill{301, KillReason::kWithdrawn});
    rig.receive(Kill{kPeerMapping, KillReason::kClosed});
    rig.receive(StreamData{kPeerMapping, {}});
  };
  replay();
  Mapping& live = rig.established_mapping(sink);
  rig.receive_accept(offer_id, kPeerMapping + 9);
  for (int i = 0; i < 20; ++i) {
    replay();
    rig.pass(1min);
  }
  EXPECT_EQ(rig.session.mapping_count(), 2U);
  EXPECT_EQ(rig.handler.accepted.size(), 2U);
  EXPECT_EQ(live.state(), Mapping::State::kOpen);
  ASSERT_EQ(rig.session.offers_heard().size(), 1U);
  EXPECT_EQ(rig.session.offers_heard()[0]->id, kPeerOffer);
}

}  // namespace
}  // namespace ngcshare::test
