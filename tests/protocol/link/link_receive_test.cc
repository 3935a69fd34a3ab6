// Tests Link: received packets and control messages.
#include "tests/protocol/link/link_fixture.h"

namespace ngcshare::link {
namespace {

// -- packets

TEST_F(LinkTest, DropsPacketsOfAnotherEpoch) {
  a().link.open(7);
  const auto packet = link_packet({LinkPair::kTokenOfA, 0},
                                  [](PacketWriter& out) { out.write_control(1, bytes_of("x")); });
  a().link.receive(packet, pair_.now);
  a().link.pump(pair_.now);
  EXPECT_EQ(a().link.stats().foreign, 1U);
  EXPECT_TRUE(a().handler.controls.empty());
  EXPECT_TRUE(a().contact.packets.empty());
  EXPECT_FALSE(a().link.deadline());
}

TEST_F(LinkTest, DropsWhatDoesNotParse) {
  a().link.receive(bytes_of("\xF6nonsense"), pair_.now);
  a().link.receive({}, pair_.now);
  EXPECT_EQ(a().link.stats().malformed, 2U);
  EXPECT_EQ(a().link.stats().packets_received, 0U);
}

TEST_F(LinkTest, TakesADuplicateOnce) {
  b().link.send_control(PacketId::kOffer, bytes_of("once"));
  b().link.pump(pair_.now);
  for (const auto& packet : b().take()) {
    for (int i = 0; i < 3; ++i) a().link.receive(packet, pair_.now);
  }
  EXPECT_EQ(a().handler.controls.size(), 1U);
  EXPECT_GE(a().link.stats().duplicates, 2U);
}

TEST_F(LinkTest, AcknowledgesTheSecondPacketAtOnceAndASingleOneAfterAWhile) {
  forge(0, [](PacketWriter& out) { out.write_ping(); });
  EXPECT_TRUE(a().contact.packets.empty());
  EXPECT_EQ(a().link.deadline(), pair_.now + AckTracker::kMaxDelay);
  pair_.pass(AckTracker::kMaxDelay);
  pair_.tick();
  auto acks = frames_of<AckFrame>(a().take());
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0].delay, 4992us);  // in units of 16
  EXPECT_FALSE(a().link.deadline());
  forge(1, [](PacketWriter& out) { out.write_ping(); });
  forge(2, [](PacketWriter& out) { out.write_ping(); });
  acks = frames_of<AckFrame>(a().take());
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0].largest, 2U);
}

TEST_F(LinkTest, DoesNotAcknowledgeAcknowledgements) {
  pair_.open(7);
  write(a(), 7, "hello");
  pair_.pump();
  pair_.exchange(3);
  const uint64_t sent = a().link.stats().packets_sent;
  pair_.exchange(100);
  EXPECT_EQ(a().link.stats().packets_sent, sent);
}

TEST_F(LinkTest, LeavesBytesOfAnUnknownStreamUnacknowledgedUntilItIsOpen) {
  a().link.open(7);
  write(a(), 7, "hello");
  a().link.finish(7);
  pair_.pump();
  pair_.exchange(10);
  EXPECT_GE(b().link.stats().refused, 1U);
  EXPECT_GT(a().link.stats().in_flight, 0U);
  b().link.open(7);
  pair_.exchange(200);
  EXPECT_EQ(b().handler.bytes[7], "hello");
  EXPECT_TRUE(b().handler.ended.contains(7));
  EXPECT_EQ(a().link.stats().in_flight, 0U);
}

TEST_F(LinkTest, AcknowledgesAndDropsBytesOfAStreamThatIsOver) {
  a().link.open(7);
  b().handler.over.insert(7);
  write(a(), 7, "hello");
  pair_.pump();
  pair_.exchange(3);
  EXPECT_EQ(a().link.stats().in_flight, 0U);
  EXPECT_EQ(b().link.stats().refused, 0U);
}

TEST_F(LinkTest, IgnoresAnAcknowledgementOfWhatWasNeverSent) {
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  const uint64_t in_flight = a().link.stats().in_flight;
  forge(0, [](PacketWriter& out) { out.write_ack({{0, 1000}}, {}); });
  EXPECT_EQ(a().link.stats().malformed, 1U);
  EXPECT_EQ(a().link.stats().in_flight, in_flight);
}

TEST_F(LinkTest, AnEmptyTurnDoesNotSwallowAnAcknowledgement) {
  pair_.open(7);
  pair_.warm_up();
  forge_stream(static_cast<uint32_t>(b().link.stats().packets_sent), LinkPair::kWarmUp, 0, 1);
  write(a(), 7, "never sent");
  a().link.abandon(7);  // its turn remains, but has no bytes
  a().link.pump(pair_.now);
  pair_.pass(AckTracker::kMaxDelay);
  pair_.tick();
  EXPECT_EQ(frames_of<AckFrame>(a().take()).size(), 1U);
}

// -- control messages

TEST_F(LinkTest, CarriesControlMessages) {
  EXPECT_TRUE(a().link.send_control(PacketId::kOffer, bytes_of("offer")));
  EXPECT_TRUE(a().link.send_control(PacketId::kData, {}));
  pair_.pump();
  pair_.exchange(1);
  EXPECT_EQ(b().handler.controls.size(), 2U);
  EXPECT_EQ(b().handler.controls[0].substr(1), "offer");
}

TEST_F(LinkTest, RepeatsAControlMessageUntilItIsAcknowledged) {
  a().link.send_control(PacketId::kOffer, bytes_of("offer"));
  a().link.pump(pair_.now);
  size_t copies = 0;
  for (int i = 0; i < 3000; ++i) {
    copies += frames_of<ControlFrame>(a().take()).size();
    pair_.pass(10ms);
    pair_.tick();
  }
  EXPECT_GE(copies, 14U);
  pair_.exchange(100, 20ms);
  EXPECT_FALSE(b().handler.controls.empty());
  EXPECT_EQ(a().link.stats().in_flight, 0U);
  EXPECT_FALSE(a().link.deadline());
}

TEST_F(LinkTest, RefusesMoreControlMessagesThanItHolds) {
  for (size_t i = 0; i < Link::kMaxControlMessages; ++i) {
    ASSERT_TRUE(a().link.send_control(PacketId::kOffer, {}));
  }
  EXPECT_FALSE(a().link.send_control(PacketId::kOffer, {}));
  pair_.pump();
  pair_.exchange(200);
  EXPECT_EQ(b().handler.controls.size(), Link::kMaxControlMessages);
  EXPECT_TRUE(a().link.send_control(PacketId::kOffer, {}));
}

TEST_F(LinkTest, RefusesAControlMessageThatFitsNoPacket) {
  EXPECT_FALSE(a().link.send_control(PacketId::kOffer, std::vector<uint8_t>(1200)));
  const std::vector<uint8_t> largest(Link::kMaxControlBytes);
  EXPECT_TRUE(a().link.send_control(PacketId::kOffer, largest));
  a().link.pump(pair_.now);
  pair_.exchange(1);
  EXPECT_EQ(b().handler.controls.size(), 1U);
}

}  // namespace
}  // namespace ngcshare::link
