// A channel without room: nothing is lost, control goes first, mappings take turns.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

TEST(Pressure, WriteTakesWhatThereIsRoomForAndTellsWhenThereIsMore) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  RecordingSink& sink = rig.handler.sinks[kPeerMapping];
  rig.contact.lossless_room = 2;
  EXPECT_EQ(mapping.write(some_bytes(5000)), 2 * kMaxStreamChunkBytes);
  EXPECT_TRUE(rig.session.sends_wait_for_room());
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  EXPECT_EQ(sink.writable, 1);
  EXPECT_FALSE(rig.session.sends_wait_for_room());
}

// The owner need not look at sessions to which nothing has happened.
TEST(Pressure, AsksForATurnWhenSomethingBeginsToWait) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  rig.session.pump(rig.now);
  EXPECT_FALSE(rig.session.waits_for_room());
  rig.handler.pumps_wanted = 0;
  rig.contact.lossless_room = 0;
  mapping.write(some_bytes(100));
  EXPECT_TRUE(rig.session.waits_for_room());
  EXPECT_GT(rig.handler.pumps_wanted, 0) << "a mapping";

  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  rig.contact.lossless_room = 0;
  rig.handler.pumps_wanted = 0;
  mapping.finish(rig.now);
  EXPECT_GT(rig.handler.pumps_wanted, 0) << "an end";
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  EXPECT_FALSE(rig.session.waits_for_room());
}

TEST(Pressure, AMappingThatStillFindsNoRoomGoesOnWaiting) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  size_t written = 0;
  rig.handler.sinks[kPeerMapping].when_writable = [&] { written += mapping.write(some_bytes(10)); };
  rig.contact.lossless_room = 0;
  mapping.write(some_bytes(10));
  for (int i = 0; i < 10; ++i) rig.session.pump(rig.now);
  EXPECT_TRUE(rig.session.sends_wait_for_room());
  rig.contact.lossless_room = 1;
  rig.session.pump(rig.now);
  EXPECT_EQ(written, 10U);
}

TEST(Pressure, StreamBytesSurviveAnyPatternOfFullAndRoom) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  RecordingSink& sink = rig.handler.sinks[kPeerMapping];
  const auto bytes = some_bytes(200'000);
  size_t written = 0;
  const auto write = [&] { written += mapping.write(Bytes(bytes).subspan(written)); };
  sink.when_writable = write;
  SeededEntropy chance(1);
  rig.contact.lossless_room = 1;
  write();
  for (int i = 0; i < 10'000 && written < bytes.size(); ++i) {
    rig.contact.lossless_room = chance.below(4);
    rig.session.pump(rig.now);
    if (chance.chance(0.3)) write();
  }
  std::vector<uint8_t> sent;
  for (const StreamData& data : rig.contact.all<StreamData>()) {
    sent.insert(sent.end(), data.bytes.begin(), data.bytes.end());
  }
  EXPECT_EQ(sent, bytes);
}

TEST(Pressure, ControlPacketsAreKeptInOrder) {
  Rig rig;
  rig.contact.lossless_room = 0;
  for (ServiceKey service = 0; service < 50; ++service) {
    rig.session.offer(service, service_offer("s" + std::to_string(service)), {}, false, rig.now);
  }
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  const auto offers = rig.contact.all<Offer>();
  ASSERT_EQ(offers.size(), 50U);
  for (size_t i = 0; i < 50; ++i) EXPECT_EQ(offers[i].name, "s" + std::to_string(i));
}

TEST(Pressure, DataNeverOvertakesControlPackets) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  rig.contact.lossless_room = 0;
  rig.session.offer(kService + 1, service_offer("mail"), {}, false, rig.now);
  rig.contact.lossless_room = 1;
  EXPECT_EQ(mapping.write(some_bytes(100)), 0U);
  rig.handler.sinks[kPeerMapping].when_writable = [&] { mapping.write(some_bytes(100)); };
  rig.contact.sent.clear();
  rig.session.pump(rig.now);
  EXPECT_EQ(rig.contact.count<Offer>(), 1U);
  EXPECT_EQ(rig.contact.count<StreamData>(), 0U);
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  EXPECT_EQ(rig.contact.count<StreamData>(), 1U);
}

TEST(Pressure, TwentyMappingsTakeFairTurns) {
  constexpr MsgId kMappings = 20;
  Rig rig;
  const MsgId offer_id = rig.offer();
  for (MsgId i = 0; i < kMappings; ++i) rig.receive_accept(offer_id, kPeerMapping + i);
  rig.contact.lossless_room = 0;
  std::map<MsgId, size_t> written;
  const auto bytes = some_bytes(100'000);
  for (Mapping* const mapping : rig.handler.accepted) {
    const auto write = [&written, &bytes, mapping] {
      written[mapping->id()] += mapping->write(Bytes(bytes).first(5000));
    };
    rig.handler.sinks[mapping->id()].when_writable = write;
    write();
  }
  for (MsgId i = 0; i < kMappings * 6; ++i) {
    rig.contact.lossless_room = 3;
    rig.session.pump(rig.now);
    rig.handler.accepted[0]->write(bytes);  // a greedy one that does not wait for its turn
  }
  for (const auto& [id, count] : written) {
    EXPECT_GE(count, 15 * kMaxStreamChunkBytes) << id - kPeerMapping;
    EXPECT_LE(count, 21 * kMaxStreamChunkBytes) << id - kPeerMapping;
  }
}

TEST(Pressure, AMappingThatEndsWhileItWaitsIsForgotten) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  rig.contact.lossless_room = 0;
  mapping.write(some_bytes(100));
  mapping.close(KillReason::kReset, rig.now);
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  rig.session.pump(rig.now);
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].writable, 0);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kReset), 1U);
  EXPECT_FALSE(rig.session.sends_wait_for_room());
}

TEST(Pressure, AMappingThatClosesItselfInItsTurnDoesNotHurtTheNext) {
  Rig rig;
  const MsgId offer_id = rig.offer();
  for (MsgId i = 0; i < 3; ++i) rig.receive_accept(offer_id, kPeerMapping + i);
  rig.contact.lossless_room = 0;
  for (Mapping* const mapping : rig.handler.accepted) mapping->write(some_bytes(10));
  rig.handler.sinks[kPeerMapping].when_writable = [&] {
    rig.session.withdraw(kService, KillReason::kWithdrawn, rig.now);
  };
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  rig.session.pump(rig.now);
  EXPECT_EQ(rig.session.mapping_count(), 0U);
}

TEST(Pressure, AChannelThatStaysFullDoesNotGrowWithoutBound) {
  Rig rig;
  rig.receive_hello();
  const MsgId id = rig.offer();
  rig.contact.lossless_room = 0;
  for (MsgId i = 0; i < 20'000; ++i) {
    rig.receive_accept(id, 0x100000 + i);
    rig.receive(Kill{0x100000 + i, KillReason::kReset});
  }
  rig.contact.sent.clear();
  rig.contact.lossless_room = FakeContact::kUnlimited;
  rig.session.pump(rig.now);
  EXPECT_LE(rig.contact.sent.size(), Outbox::kMaxPackets);
}

TEST(Pressure, AContactThatIsGoneCostsNoLoop) {
  Rig rig;
  rig.receive_hello();
  Mapping& mapping = rig.accepted_mapping();
  rig.handler.sinks[kPeerMapping].when_writable = [&] { mapping.write(some_bytes(10'000)); };
  rig.contact.gone = true;
  EXPECT_EQ(mapping.write(some_bytes(10'000)), 0U);
  rig.pass(1min);
  rig.contact.gone = false;
  rig.session.pump(rig.now);
  EXPECT_GE(rig.contact.count<StreamData>(), 20U);
}

}  // namespace
}  // namespace ngcshare::test
