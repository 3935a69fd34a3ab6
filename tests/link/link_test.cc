#include "protocol/link/link.h"

#include <gtest/gtest.h>

#include "tests/link/link_helpers.h"
#include "tests/link/link_pair.h"

namespace ngcshare::link {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)
using test::HandedEnd;
using test::link_packet;
using test::LinkPair;

// The frames of one kind in packets.
template <typename F>
std::vector<F> frames_of(const std::vector<std::vector<uint8_t>>& packets) {
  std::vector<F> found;
  std::vector<LinkFrame> frames;
  for (const auto& packet : packets) {
    EXPECT_TRUE(decode_link_packet(packet, frames));
    for (const LinkFrame& frame : frames) {
      if (const auto* const one = std::get_if<F>(&frame)) found.push_back(*one);
    }
  }
  return found;
}

Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class LinkTest : public testing::Test {
 protected:
  // A packet of b's that b never wrote.
  void forge(uint32_t number, const std::function<void(PacketWriter&)>& write) {
    a().link.receive(link_packet({LinkPair::kTokenOfB, number}, write), pair_.now);
    a().link.pump(pair_.now);
  }
  void forge_stream(uint32_t number, MsgId id, uint64_t offset, size_t length, bool fin = false) {
    forge(number, [&](PacketWriter& out) {
      const auto room = out.write_stream(id, offset, length, fin);
      std::fill(room.begin(), room.end(), uint8_t{'x'});
    });
  }
  HandedEnd& a() { return pair_.a; }
  HandedEnd& b() { return pair_.b; }
  size_t write(HandedEnd& end, MsgId id, std::string_view text) {
    return LinkPair::write(end, id, text);
  }

  LinkPair pair_;
};

// -- streams

TEST_F(LinkTest, CarriesBytesAndTheEndOfAStreamBothWays) {
  pair_.open(7);
  EXPECT_EQ(write(a(), 7, "hello"), 5U);
  EXPECT_EQ(write(b(), 7, "world"), 5U);
  a().link.finish(7);
  pair_.pump();
  pair_.exchange(2);
  EXPECT_EQ(b().handler.bytes[7], "hello");
  EXPECT_EQ(a().handler.bytes[7], "world");
  EXPECT_TRUE(b().handler.ended.contains(7));
  EXPECT_FALSE(a().handler.ended.contains(7));
  EXPECT_FALSE(a().contact.wrong_channel);
  EXPECT_EQ(b().link.stats().bytes_received, 5U);
}

TEST_F(LinkTest, CarriesAStreamThatEndsWithoutAByte) {
  pair_.open(7);
  a().link.finish(7);
  pair_.pump();
  pair_.exchange(1);
  EXPECT_TRUE(b().handler.ended.contains(7));
  EXPECT_EQ(b().handler.bytes[7], "");
}

TEST_F(LinkTest, TakesNothingForStreamsThatAreNotOpenOrHaveEnded) {
  EXPECT_EQ(write(a(), 7, "hello"), 0U);
  a().link.open(7);
  a().link.finish(7);
  EXPECT_EQ(write(a(), 7, "hello"), 0U);
}

TEST_F(LinkTest, OpeningTwiceKeepsTheStream) {
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.open(7);
  pair_.pump();
  pair_.exchange(1);
  EXPECT_EQ(b().handler.bytes[7], "hello");
}

TEST_F(LinkTest, TakesNoMoreFromAProgramThanItsLimitAndSaysWhenThereIsRoom) {
  pair_.open(7);
  const std::string much(Link::kMaxUnsentBytes + 1, 'x');
  EXPECT_EQ(write(a(), 7, much), Link::kMaxUnsentBytes);
  EXPECT_EQ(write(a(), 7, "y"), 0U);
  EXPECT_TRUE(a().handler.writable.empty());
  pair_.pump();
  pair_.exchange(10);
  EXPECT_EQ(a().handler.writable, (std::vector<MsgId>{7}));
  EXPECT_EQ(write(a(), 7, "y"), 1U);
  EXPECT_EQ(b().handler.bytes[7].size(), Link::kMaxUnsentBytes);
}

TEST_F(LinkTest, ManyStreamsTakeLessEach) {
  for (MsgId id = 1; id <= 1000; ++id) a().link.open(id);
  const std::string much(Link::kMaxUnsentBytes, 'x');
  EXPECT_EQ(write(a(), 1, much), Link::kMinUnsentBytes);
}

TEST_F(LinkTest, EveryStreamHasItsShareOfAFirstWindow) {
  const std::string much(100'000, 'x');
  for (MsgId id = 1; id <= 4; ++id) {
    pair_.open(id);
    write(a(), id, much);
  }
  pair_.pump();
  pair_.carry(a());
  for (MsgId id = 1; id <= 4; ++id) {
    const auto share = static_cast<double>(a().link.stats().bytes_sent) / 4;
    EXPECT_NEAR(static_cast<double>(b().handler.bytes[id].size()), share, 1500) << id;
  }
}

TEST_F(LinkTest, PutsWhatSeveralStreamsHaveIntoOnePacket) {
  for (MsgId id = 1; id <= 3; ++id) {
    pair_.open(id);
    write(a(), id, "abc");
    a().link.finish(id);
  }
  pair_.pump();
  EXPECT_EQ(a().contact.packets.size(), 2U);  // one of them probes the packet size
  pair_.carry(a());
  for (MsgId id = 1; id <= 3; ++id) EXPECT_TRUE(b().handler.ended.contains(id));
}

TEST_F(LinkTest, AReleasedStreamStillArrivesAndIsThenForgotten) {
  pair_.open(7);
  write(a(), 7, std::string(20'000, 'x'));
  a().link.finish(7);
  b().link.finish(7);
  pair_.pump();
  a().handler.ended.clear();
  pair_.carry(b());
  ASSERT_TRUE(a().handler.ended.contains(7));
  a().link.release(7);
  EXPECT_TRUE(a().link.is_open(7));
  pair_.exchange(3);
  EXPECT_EQ(b().handler.bytes[7].size(), 20'000U);
  EXPECT_FALSE(a().link.is_open(7));
  EXPECT_EQ(a().link.buffered_bytes(), 0U);
}

TEST_F(LinkTest, AReleasedStreamThatLosesPacketsSendsThemAgain) {
  pair_.open(7);
  write(a(), 7, std::string(20'000, 'x'));
  a().link.finish(7);
  b().link.finish(7);
  pair_.pump();
  pair_.carry(b());
  a().link.release(7);
  a().take();  // all are lost
  pair_.exchange(60);
  EXPECT_EQ(b().handler.bytes[7].size(), 20'000U);
  EXPECT_TRUE(b().handler.ended.contains(7));
  EXPECT_FALSE(a().link.is_open(7));
}

TEST_F(LinkTest, AnAbandonedStreamSendsNothingMore) {
  pair_.open(7);
  write(a(), 7, std::string(200'000, 'x'));
  pair_.pump();
  pair_.exchange(1);
  a().link.abandon(7);
  EXPECT_EQ(a().link.buffered_bytes(), 0U);
  a().take();
  pair_.exchange(1);
  pair_.pass(1s);
  pair_.tick();
  EXPECT_TRUE(frames_of<StreamFrame>(a().take()).empty());
  EXPECT_LT(b().handler.bytes[7].size(), 200'000U);
}

TEST_F(LinkTest, AnEndThatIsLostIsRepeated) {
  pair_.open(7);
  write(a(), 7, "hello");
  pair_.pump();
  pair_.exchange(2);
  a().link.finish(7);
  a().link.pump(pair_.now);
  a().take();
  EXPECT_FALSE(b().handler.ended.contains(7));
  pair_.exchange(60);
  EXPECT_TRUE(b().handler.ended.contains(7));
}

TEST_F(LinkTest, HandlersMayWriteOpenAndAbandonFromInside) {
  pair_.open(1);
  pair_.open(2);
  b().handler.when_readable = [&](MsgId id) {
    if (id == 1) {
      b().link.abandon(1);
      b().link.abandon(2);
      b().handler.over = {1, 2};
      pair_.open(3);
      write(b(), 3, "from inside");
      b().link.finish(3);
    }
  };
  write(a(), 1, std::string(30'000, 'x'));
  write(a(), 2, std::string(30'000, 'x'));
  pair_.pump();
  pair_.exchange(5);
  EXPECT_EQ(a().handler.bytes[3], "from inside");
  EXPECT_TRUE(a().handler.ended.contains(3));
  EXPECT_FALSE(a().link.deadline());
}

// -- flow control

TEST_F(LinkTest, ASenderStopsAtTheStreamsWindowAndGoesOnWhenBytesAreRead) {
  pair_.open(7);
  b().handler.reads = false;
  uint64_t taken = write(a(), 7, std::string(Link::kMaxUnsentBytes, 'x'));
  pair_.pump();
  pair_.exchange(20);
  taken += write(a(), 7, std::string(100'000, 'x'));
  pair_.pump();
  pair_.exchange(20);
  EXPECT_EQ(a().link.stats().bytes_sent, Link::kInitialStreamWindow);
  EXPECT_LE(b().link.buffered_bytes(), Link::kInitialStreamWindow);
  EXPECT_TRUE(a().link.stats().in_flight == 0);
  EXPECT_FALSE(a().link.deadline());
  b().handler.read(7, pair_.now);
  pair_.pump();
  pair_.exchange(20);
  b().handler.read(7, pair_.now);
  EXPECT_EQ(b().handler.bytes[7].size(), taken);
}

TEST_F(LinkTest, AllStreamsTogetherStopAtTheLinksWindow) {
  b().handler.reads = false;
  for (MsgId id = 1; id <= 8; ++id) {
    pair_.open(id);
    ASSERT_EQ(write(a(), id, std::string(Link::kMaxUnsentBytes, 'x')), Link::kMaxUnsentBytes);
  }
  pair_.pump();
  pair_.exchange(40);
  EXPECT_EQ(a().link.stats().bytes_sent, Link::kInitialLinkWindow);
  b().handler.reads = true;
  for (MsgId id = 1; id <= 8; ++id) b().handler.read(id, pair_.now);
  pair_.pump();
  pair_.exchange(40);
  for (MsgId id = 1; id <= 8; ++id) {
    EXPECT_EQ(b().handler.bytes[id].size(), Link::kMaxUnsentBytes) << id;
  }
}

TEST_F(LinkTest, ALimitThatIsLostIsToldAgain) {
  pair_.open(7);
  b().handler.reads = false;
  write(a(), 7, std::string(Link::kMaxUnsentBytes, 'x'));
  pair_.pump();
  pair_.exchange(20);
  write(a(), 7, std::string(100'000, 'x'));
  pair_.exchange(2);
  b().handler.read(7, pair_.now);
  b().handler.reads = true;
  b().link.pump(pair_.now);
  EXPECT_FALSE(frames_of<StreamLimitFrame>(b().take()).empty());
  pair_.exchange(60);
  EXPECT_EQ(b().handler.bytes[7].size(), Link::kMaxUnsentBytes + 100'000);
}

TEST_F(LinkTest, BytesBeyondAStreamsWindowAreAnError) {
  a().link.open(7);
  forge_stream(0, 7, Link::kInitialStreamWindow - 3, 3);
  EXPECT_TRUE(a().handler.errors.empty());
  forge_stream(1, 7, Link::kInitialStreamWindow - 2, 3);
  EXPECT_EQ(a().handler.errors, (std::vector<MsgId>{7}));
  EXPECT_FALSE(a().link.is_open(7));
}

TEST_F(LinkTest, BytesBeyondTheLinksWindowAreAnError) {
  for (MsgId id = 1; id <= 5; ++id) a().link.open(id);
  uint32_t number = 0;
  for (MsgId id = 1; id <= 4; ++id) {
    forge_stream(number++, id, Link::kInitialStreamWindow - 1, 1);
  }
  EXPECT_TRUE(a().handler.errors.empty());
  forge_stream(number++, 5, 0, 1);
  EXPECT_EQ(a().handler.errors, (std::vector<MsgId>{5}));
}

TEST_F(LinkTest, AStreamThatEndsTwiceIsAnError) {
  a().link.open(7);
  forge_stream(0, 7, 0, 3, true);
  forge_stream(1, 7, 0, 4, true);
  EXPECT_EQ(a().handler.errors, (std::vector<MsgId>{7}));
}

// Both ends count what an abandoned stream had sent, or the link's window would leak away.
TEST_F(LinkTest, AbandonedStreamsGiveBackTheirPartOfTheLinksWindow) {
  pair_.warm_up();
  const std::string much(150'000, 'x');
  for (MsgId id = 1; id <= 60; ++id) {
    pair_.open(id);
    write(a(), id, much);
    // The reader goes first; the writer hears of it while it sends on.
    b().link.abandon(id);
    b().handler.over.insert(id);
    pair_.pump();
    pair_.exchange(2);
    a().link.abandon(id);
    pair_.exchange(1);
  }
  pair_.open(100);
  write(a(), 100, much);
  pair_.pump();
  pair_.exchange(50);
  EXPECT_EQ(b().handler.bytes[100].size(), much.size());
}

TEST_F(LinkTest, AnAbandonedStreamGivesBackWhatWasLostOfIt) {
  pair_.warm_up();
  const std::string much(150'000, 'x');
  for (MsgId id = 1; id <= 60; ++id) {
    pair_.open(id);
    write(a(), id, much);
    a().link.pump(pair_.now);
    pair_.exchange(1);
    a().link.abandon(id);
    a().take();  // the rest is lost
    pair_.exchange(3);
    b().link.abandon(id);
    b().handler.over.insert(id);
    pair_.exchange(1);
  }
  pair_.open(100);
  write(a(), 100, much);
  pair_.pump();
  pair_.exchange(50);
  EXPECT_EQ(b().handler.bytes[100].size(), much.size());
}

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
  a().link.abandon(7);  // its turn stands, with nothing to take
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

// -- the contact

TEST_F(LinkTest, KeepsWhatAFullContactDoesNotTake) {
  pair_.open(7);
  a().contact.result = SendResult::kFull;
  write(a(), 7, "hello");
  a().link.send_control(PacketId::kOffer, bytes_of("offer"));
  a().link.pump(pair_.now);
  EXPECT_GE(a().contact.refused, 1);
  EXPECT_EQ(a().link.stats().in_flight, 0U);
  EXPECT_FALSE(a().link.suspended());
  a().contact.result = SendResult::kSent;
  a().link.pump(pair_.now);
  pair_.exchange(2);
  EXPECT_EQ(b().handler.bytes[7], "hello");
  EXPECT_EQ(b().handler.controls.size(), 1U);
}

TEST_F(LinkTest, WritesAnAcknowledgementAgainThatAFullContactDidNotTake) {
  a().contact.result = SendResult::kFull;
  forge(0, [](PacketWriter& out) { out.write_ping(); });
  forge(1, [](PacketWriter& out) { out.write_ping(); });
  EXPECT_GE(a().contact.refused, 1);
  a().contact.result = SendResult::kSent;
  a().link.pump(pair_.now);
  EXPECT_EQ(frames_of<AckFrame>(a().take()).size(), 1U);
}

TEST_F(LinkTest, AFullContactIsNotTakenForAPathThatLosesEverything) {
  pair_.warm_up();
  pair_.open(7);
  const size_t full = a().link.stats().packet_bytes;
  write(a(), 7, std::string(50'000, 'x'));
  a().link.pump(pair_.now);
  const size_t in_flight = a().link.stats().in_flight;
  ASSERT_GT(in_flight, 10'000U);
  a().contact.result = SendResult::kFull;
  for (int i = 0; i < 500; ++i) {
    pair_.pass(10ms);
    pair_.tick();
    const auto due = a().link.deadline();
    ASSERT_GT(due.value_or(TimePoint::max()), pair_.now) << i;
  }
  EXPECT_LE(a().link.stats().probe_timeouts, 3U);
  EXPECT_EQ(a().link.stats().packet_bytes, full);
}

TEST_F(LinkTest, ALostContactSuspendsItUntilItIsBack) {
  pair_.open(7);
  write(a(), 7, "hello");
  a().contact.result = SendResult::kGone;
  a().link.pump(pair_.now);
  EXPECT_TRUE(a().link.suspended());
  EXPECT_FALSE(a().link.deadline());
  const int tries = a().contact.refused;
  EXPECT_EQ(tries, 1);
  pair_.pass(10s);
  a().link.tick(pair_.now);
  a().link.pump(pair_.now);
  EXPECT_EQ(a().contact.refused, tries);
  a().contact.result = SendResult::kSent;
  a().link.resume(pair_.now);
  a().link.pump(pair_.now);
  pair_.exchange(2);
  EXPECT_EQ(b().handler.bytes[7], "hello");
}

TEST_F(LinkTest, SendsAgainWhatWasOnItsWayWhenItWasSuspended) {
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.send_control(PacketId::kOffer, bytes_of("offer"));
  a().link.pump(pair_.now);
  a().take();
  a().link.suspend();
  EXPECT_FALSE(a().link.deadline());
  pair_.pass(60s);
  a().link.resume(pair_.now);
  EXPECT_EQ(a().link.stats().in_flight, 0U);
  a().link.pump(pair_.now);
  pair_.carry(a());
  EXPECT_EQ(b().handler.bytes[7], "hello");
  EXPECT_EQ(b().handler.controls.size(), 1U);
}

TEST_F(LinkTest, AcknowledgesAfterResumingWhatCameWhileItWasSuspended) {
  a().link.suspend();
  forge(0, [](PacketWriter& out) { out.write_ping(); });
  forge(1, [](PacketWriter& out) { out.write_ping(); });
  EXPECT_TRUE(a().contact.packets.empty());
  a().link.resume(pair_.now);
  a().link.pump(pair_.now);
  EXPECT_EQ(frames_of<AckFrame>(a().take()).size(), 1U);
}

TEST_F(LinkTest, ResumingWhenItWasNotSuspendedChangesNothing) {
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  const uint64_t in_flight = a().link.stats().in_flight;
  a().link.resume(pair_.now);
  EXPECT_EQ(a().link.stats().in_flight, in_flight);
}

// -- the path

TEST_F(LinkTest, FindsTheLargestPacket) {
  EXPECT_EQ(a().link.stats().packet_bytes, PacketSizeProbe::kBaseBytes);
  pair_.warm_up();
  EXPECT_EQ(a().link.stats().packet_bytes, Frame::kMaxBodyBytes);
}

TEST_F(LinkTest, DoesNotProbeWhileThereIsNothingToSend) {
  a().link.pump(pair_.now);
  EXPECT_TRUE(a().contact.packets.empty());
}

TEST_F(LinkTest, ALostSizeProbeIsNoCongestion) {
  pair_.open(7);
  write(a(), 7, std::string(200'000, 'x'));
  pair_.pump();
  for (int i = 0; i < 40; ++i) {
    std::erase_if(a().contact.packets, [](const auto& packet) { return packet.size() > 1300; });
    pair_.pass(10ms);
    pair_.carry(a());
    pair_.carry(b());
    pair_.tick();
  }
  EXPECT_EQ(a().link.stats().packet_bytes, 1280U);
  EXPECT_EQ(a().link.stats().packets_lost, 0U);
}

TEST_F(LinkTest, ProbesTheSizeAgainWhenAProbeWasOnItsWayAsItWasSuspended) {
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  a().take();
  a().link.suspend();
  a().link.resume(pair_.now);
  write(a(), 7, "hello");
  pair_.pump();
  pair_.exchange(5);
  EXPECT_EQ(a().link.stats().packet_bytes, Frame::kMaxBodyBytes);
}

TEST_F(LinkTest, KeepsLittleInFlightOverARelay) {
  pair_.warm_up();
  a().link.set_relayed(true, pair_.now);
  pair_.open(7);
  b().link.open(7);
  uint64_t most = 0;
  for (int i = 0; i < 100; ++i) {
    write(a(), 7, std::string(100'000, 'x'));
    pair_.pump();
    most = std::max(most, a().link.stats().in_flight);
    pair_.exchange(1, 50ms);
    most = std::max(most, a().link.stats().in_flight);
  }
  EXPECT_LE(most, Link::kMaxInFlightOverRelay);
  EXPECT_GE(most, Link::kMaxInFlightOverRelay - 2 * kFullPacketBytes);
}

TEST_F(LinkTest, DatagramsHoldStreamsBackByTheirOwnBytes) {
  pair_.warm_up();
  pair_.open(7);
  write(a(), 7, std::string(1000, 'x'));
  for (int i = 0; i < 5000; ++i) a().link.on_foreign_packet_sent(1300);
  a().link.pump(pair_.now);
  EXPECT_TRUE(frames_of<StreamFrame>(a().take()).empty());
  const auto due = a().link.deadline();
  ASSERT_TRUE(due);
  EXPECT_GT(*due, pair_.now);
  EXPECT_LE(*due, pair_.now + 60ms);
  pair_.now = *due;
  pair_.tick();
  EXPECT_FALSE(frames_of<StreamFrame>(a().take()).empty());
}

// -- timeouts

TEST_F(LinkTest, SendsTwoProbesAfterASilenceAndWaitsTwiceAsLongForTheNext) {
  pair_.warm_up();
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  ASSERT_EQ(a().take().size(), 1U);
  std::vector<Duration> waits;
  for (int i = 0; i < 4; ++i) {
    const auto due = a().link.deadline();
    ASSERT_TRUE(due);
    waits.push_back(*due - pair_.now);
    pair_.now = *due;
    a().link.tick(pair_.now);
    a().link.pump(pair_.now);
    const auto packets = a().take();
    EXPECT_EQ(packets.size(), 2U);
    EXPECT_EQ(frames_of<StreamFrame>(packets).size(), 1U);
  }
  EXPECT_EQ(waits[1], 2 * waits[0]);
  EXPECT_EQ(waits[2], 4 * waits[0]);
  EXPECT_EQ(a().link.stats().probe_timeouts, 4U);
}

TEST_F(LinkTest, NeverWaitsLongerThanTwoSecondsOnAQuickPath) {
  pair_.warm_up();
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  for (int i = 0; i < 30; ++i) {
    const auto due = a().link.deadline();
    ASSERT_TRUE(due);
    EXPECT_LE(*due - pair_.now, 2s);
    pair_.now = *due;
    a().link.tick(pair_.now);
    a().link.pump(pair_.now);
  }
}

TEST_F(LinkTest, AnAcknowledgementEndsTheBackingOff) {
  pair_.warm_up();
  pair_.open(7);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  const Duration first = *a().link.deadline() - pair_.now;
  a().take();
  for (int i = 0; i < 3; ++i) {
    pair_.now = *a().link.deadline();
    a().link.tick(pair_.now);
    a().link.pump(pair_.now);
  }
  pair_.exchange(3);
  EXPECT_EQ(b().handler.bytes[7], "hello");
  write(a(), 7, "again");
  a().link.pump(pair_.now);
  EXPECT_LT(*a().link.deadline() - pair_.now, 3 * first);
}

// A round trip of three seconds is longer than the longest wait of a probe timeout.
TEST_F(LinkTest, DoesNotTakeASlowPathForADeadOne) {
  pair_.open(7);
  for (int i = 0; i < 20; ++i) {
    write(a(), 7, "hello");
    pair_.pump();
    pair_.exchange(1, 1500ms);
  }
  const uint64_t timeouts = a().link.stats().probe_timeouts;
  for (int i = 0; i < 20; ++i) {
    write(a(), 7, "hello");
    pair_.pump();
    pair_.exchange(1, 1500ms);
  }
  EXPECT_EQ(a().link.stats().probe_timeouts, timeouts);
}

TEST_F(LinkTest, GoesBackToSmallPacketsWhenNothingArrives) {
  pair_.warm_up();
  pair_.open(7);
  write(a(), 7, std::string(5000, 'x'));
  a().link.pump(pair_.now);
  while (a().link.stats().probe_timeouts < 8) {
    pair_.now = *a().link.deadline();
    a().link.tick(pair_.now);
    a().link.pump(pair_.now);
  }
  EXPECT_EQ(a().link.stats().packet_bytes, PacketSizeProbe::kLeastBytes);
  pair_.exchange(50);
  EXPECT_EQ(b().handler.bytes[7].size(), 5000U);
}

TEST_F(LinkTest, TicksNoMoreOnceEverythingHasArrived) {
  pair_.open(7);
  write(a(), 7, std::string(300'000, 'x'));
  a().link.finish(7);
  b().link.finish(7);
  pair_.pump();
  pair_.exchange(60);
  ASSERT_TRUE(b().handler.ended.contains(7));
  EXPECT_FALSE(a().link.deadline());
  EXPECT_FALSE(b().link.deadline());
}

TEST_F(LinkTest, CountsAPacketThatWasThoughtLost) {
  pair_.warm_up();
  pair_.open(7);
  write(a(), 7, std::string(10'000, 'x'));
  a().link.pump(pair_.now);
  auto packets = a().take();
  ASSERT_GT(packets.size(), 4U);
  for (size_t i = 1; i < packets.size(); ++i) b().link.receive(packets[i], pair_.now);
  b().link.pump(pair_.now);
  pair_.carry(b());
  EXPECT_EQ(a().link.stats().packets_lost, 1U);
  b().link.receive(packets[0], pair_.now);
  b().link.pump(pair_.now);
  pair_.exchange(3);
  EXPECT_EQ(a().link.stats().packets_lost_wrongly, 1U);
  EXPECT_EQ(b().handler.bytes[7].size(), 10'000U);
}

}  // namespace
}  // namespace ngcshare::link
