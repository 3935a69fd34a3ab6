// Hello: digests, presence, probes, answers.
#include <set>

#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

TEST(Presence, SaysHelloEveryFiveSecondsWhileSomethingIsShared) {
  Rig rig;
  rig.receive_offer();
  rig.receive_hello();
  rig.pass(0s);
  const size_t before = rig.contact.count<Hello>(Channel::kLossy);
  for (int i = 0; i < 10; ++i) {
    rig.pass(5s);
    rig.receive_hello(0, digest_of(*rig.session.offers_heard()[0]));
  }
  EXPECT_NEAR(static_cast<double>(rig.contact.count<Hello>(Channel::kLossy) - before), 10, 1);
}

TEST(Presence, SaysNothingWhereNothingIsShared) {
  Rig rig;
  rig.receive_hello();
  rig.contact.sent.clear();
  rig.pass(1h);
  EXPECT_TRUE(rig.contact.sent.empty());
}

TEST(Presence, HelloTellsWhatIsOfferedAndWhatIsHeard) {
  Rig rig;
  rig.receive_offer();
  rig.offer(1, service_offer("one"));
  rig.offer(2, service_offer("two"));
  rig.pass(5s);
  uint64_t offered = 0;
  std::map<MsgId, Offer> made;
  for (const Offer& offer : rig.contact.all<Offer>()) made[offer.id] = offer;
  for (const auto& [id, offer] : made) offered += digest_of(offer);
  const Hello hello = rig.last_hello();
  EXPECT_EQ(hello.epoch, kOwnEpoch);
  EXPECT_EQ(hello.peer_epoch, kPeerEpoch);
  EXPECT_EQ(hello.capabilities, kAllCapabilities);
  EXPECT_EQ(hello.offered_digest, offered);
  EXPECT_EQ(hello.heard_digest, digest_of(*rig.session.offers_heard()[0]));
}

TEST(Presence, DigestCoversTagsThatThisVersionDoesNotKnow) {
  Rig rig;
  Frame frame;
  encode_packet(Offer{kPeerOffer, kTcpOnly, 21, "files", peer_extension()}, frame);
  std::vector<uint8_t> body(frame.body().begin(), frame.body().end());
  body.insert(body.end(), {99, 2, 1, 2});
  rig.receive_body(PacketId::kOffer, body);
  rig.pass(0s);
  EXPECT_EQ(rig.last_hello().heard_digest, offer_digest(body));
}

TEST(Presence, HelloThatAsksIsAnsweredAtMostFiveTimesASecond) {
  Rig rig;
  for (int i = 0; i < 1000; ++i) {
    rig.receive_hello(0, 0, true);
    rig.now += 1ms;
  }
  EXPECT_EQ(rig.contact.count<Hello>(Channel::kLossy), 5U);
  for (const Hello& hello : rig.contact.all<Hello>(Channel::kLossy)) {
    EXPECT_FALSE(hello.answer_wanted);
  }
}

// An end that was lost shows as digests that never agree. So does a peer that lies.
TEST(Presence, HellosAboutOtherMappingsMakeFewQuestionsAtATimeAndOneAboutEach) {
  constexpr MsgId kMappings = 300;
  Rig rig;
  const MsgId offer = rig.offer();
  for (MsgId id = 1; id <= kMappings; ++id) rig.receive_accept(offer, 0x01010100 + id);
  ASSERT_EQ(rig.session.mapping_count(), kMappings);
  rig.receive_hello();
  rig.contact.sent.clear();
  for (int i = 0; i < 1000; ++i) rig.receive_hello();
  EXPECT_EQ(rig.contact.count<AckAcc>(Channel::kLossy), size_t{MappingTable::kChecksAtOnce});
  rig.pass(4s);
  std::set<MsgId> asked;
  for (const AckAcc& ack : rig.contact.all<AckAcc>(Channel::kLossy)) asked.insert(ack.mapping_id);
  EXPECT_EQ(asked.size(), kMappings);
  EXPECT_EQ(rig.contact.count<AckAcc>(Channel::kLossy), kMappings);
}

TEST(Presence, OffersMakeFewHellos) {
  Rig rig;
  rig.receive_hello();
  rig.receive_offer();
  rig.pass(0ms);
  rig.contact.sent.clear();
  for (int i = 0; i < 1000; ++i) {
    rig.receive_offer();
    rig.pass(1ms);
  }
  EXPECT_EQ(rig.contact.count<Hello>(Channel::kLossy), 5U);
}

// Each mapping may have a limit that the peer can pretend not to have received.
TEST(Presence, OffersMakeNoWindowsBeRepeated) {
  constexpr MsgId kMappings = 100;
  Rig rig;
  rig.receive_hello();
  const MsgId offer = rig.offer();
  const auto bytes = some_bytes(kMaxStreamChunkBytes);
  for (MsgId id = 0x100000; id < 0x100000 + kMappings; ++id) {
    rig.receive_accept(offer, id);
    for (size_t left = StreamWindow::kInitialBytes; left > 0;) {
      const size_t count = std::min(left, bytes.size());
      rig.receive(StreamData{id, Bytes(bytes).first(count)});
      left -= count;
    }
    rig.handler.accepted.back()->consumed(StreamWindow::kInitialBytes / 4);
  }
  rig.receive_offer();
  rig.pass(6s);
  rig.contact.sent.clear();
  for (int i = 0; i < 1000; ++i) {
    rig.receive_offer();
    rig.pass(10ms);
  }
  EXPECT_LE(rig.contact.count<Window>(Channel::kLossy), 2 * kMappings);
  EXPECT_GE(rig.contact.count<Window>(Channel::kLossy), kMappings);
}

TEST(Presence, HelloThatKnowsAnotherEpochOfOursIsAnswered) {
  Rig rig;
  rig.receive(Hello{kPeerEpoch, kAllCapabilities, 999, 0, 0, false});
  ASSERT_EQ(rig.contact.count<Hello>(Channel::kLossy), 1U);
  EXPECT_EQ(rig.last_hello().epoch, kOwnEpoch);
}

TEST(Presence, ProbesAfterSevenSecondsAndReportsSilenceAfterFifteen) {
  Rig rig;
  rig.receive_offer();
  rig.receive_hello();
  rig.pass(14'999ms);
  EXPECT_TRUE(rig.handler.presence.empty());
  EXPECT_TRUE(rig.last_hello().answer_wanted);
  size_t probes = 0;
  for (const Hello& hello : rig.contact.all<Hello>(Channel::kLossy)) {
    probes += hello.answer_wanted ? 1U : 0U;
  }
  EXPECT_GE(probes, 3U);
  rig.pass(1ms);
  EXPECT_EQ(rig.handler.presence, std::vector{false});
  EXPECT_FALSE(rig.session.present());
}

TEST(Presence, AnyPacketBreaksTheSilence) {
  Rig rig;
  rig.receive_offer();
  rig.receive_hello();
  rig.pass(20s);
  rig.receive_offer();
  EXPECT_EQ(rig.handler.presence, (std::vector{false, true}));
  EXPECT_TRUE(rig.session.present());
  rig.pass(20s);
  EXPECT_EQ(rig.handler.presence, (std::vector{false, true, false}));
}

TEST(Presence, APeerThatNeverSaidHelloIsNeverCalledSilent) {
  Rig rig;
  rig.receive_offer();
  rig.pass(1h);
  EXPECT_TRUE(rig.handler.presence.empty());
}

TEST(Presence, MalformedOrPublicNoiseIsNoSignOfLife) {
  Rig rig;
  rig.receive_offer();
  rig.receive_hello();
  rig.pass(14s);
  rig.receive_body(PacketId::kAccept, some_bytes(3));
  rig.receive(Accept{kPeerOffer, {}}, true);
  rig.pass(1s);
  EXPECT_EQ(rig.handler.presence, std::vector{false});
}

// Without an offer or mapping nobody sends Hellos, so the time until then is not silence.
TEST(Presence, APeerWithWhomNothingWasSharedIsNotSilentTheMomentSomethingIs) {
  Rig rig;
  rig.receive_hello();
  rig.pass(1h);
  rig.offer();
  rig.pass(0s);
  EXPECT_TRUE(rig.handler.presence.empty());
  rig.pass(14s);
  EXPECT_TRUE(rig.handler.presence.empty());
  rig.pass(5s);
  EXPECT_EQ(rig.handler.presence, std::vector{false});
}

TEST(PublicPackets, OtherThanOfferAndKillAreDropped) {
  Rig rig;
  const MsgId id = rig.accepted_mapping().offer_id();
  rig.contact.sent.clear();
  const Accept accept{id, {}};
  const std::vector<uint8_t> bytes = some_bytes(10);
  rig.receive(accept, true);
  rig.receive(AckAcc{kPeerMapping, {}}, true);
  rig.receive(StreamData{kPeerMapping, bytes}, true);
  rig.receive(Window{kPeerMapping, 1'000'000}, true);
  rig.receive(Datagram{kPeerMapping, bytes}, true);
  rig.receive(Hello{kPeerEpoch + 1, 0, 0, 0, 0, true}, true);
  Frame frame;
  const Outgoing copy = encode_control_copy(Kill{kPeerMapping, KillReason::kClosed}, frame);
  rig.receive_body(copy.id, frame.body(), true);
  EXPECT_TRUE(rig.contact.sent.empty());
  EXPECT_EQ(rig.session.counters().public_dropped, 7U);
  EXPECT_EQ(rig.session.mapping_count(), 1U);
  EXPECT_TRUE(rig.handler.sinks[kPeerMapping].received.empty());
}

TEST(PublicPackets, KillEndsAMapping) {
  Rig rig;
  rig.accepted_mapping();
  rig.receive(Kill{kPeerMapping, KillReason::kClosed}, true);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

}  // namespace
}  // namespace ngcshare::test
