// Tests Link: the contact, the path and timeouts.
#include "tests/protocol/link/link_fixture.h"

namespace ngcshare::link {
namespace {

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
  b().link.open(7);
  for (int i = 0; i < 40; ++i) {
    write(a(), 7, std::string(100'000, 'x'));  // more than goes out, so that it never idles
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
  a().link.pump(pair_.now);
  ASSERT_EQ(frames_of<StreamFrame>(a().take()).size(), 1U);
  for (int i = 0; i < 5000; ++i) a().link.on_datagram_sent(1300, pair_.now);
  write(a(), 7, std::string(1000, 'x'));
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

TEST_F(LinkTest, DatagramsCountAsInFlightAndAsDelivered) {
  pair_.warm_up();
  pair_.open(7);
  for (HandedEnd* const end : {&a(), &b()}) end->link.set_datagrams_reported(true);
  for (int i = 0; i < 10; ++i) a().link.on_datagram_sent(1300, pair_.now);
  EXPECT_EQ(a().link.stats().datagrams_in_flight, 10 * (1300 + kOverheadBytes));
  EXPECT_EQ(a().link.stats().in_flight, 0U);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  for (int i = 0; i < 7; ++i) b().link.on_datagram_received();
  pair_.exchange(2);
  EXPECT_EQ(a().link.stats().datagrams_in_flight, 3 * (1300 + kOverheadBytes));
  EXPECT_EQ(a().link.stats().datagrams_lost, 0U);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  pair_.exchange(2);
  EXPECT_EQ(a().link.stats().datagrams_in_flight, 0U);
  EXPECT_EQ(a().link.stats().datagrams_lost, 3U);
}

TEST_F(LinkTest, DatagramsToAPeerThatDoesNotReportThemCountAsDeliveredWithThePacketsAround) {
  pair_.warm_up();
  pair_.open(7);
  for (int i = 0; i < 10; ++i) a().link.on_datagram_sent(1300, pair_.now);
  write(a(), 7, "hello");
  a().link.pump(pair_.now);
  pair_.pass(1ms);
  a().link.on_datagram_sent(1300, pair_.now);
  pair_.exchange(2);
  EXPECT_EQ(a().link.stats().datagrams_in_flight, 1300 + kOverheadBytes);
  EXPECT_EQ(a().link.stats().datagrams_lost, 0U);
}

TEST_F(LinkTest, DatagramsBesideAnIdleLinkAreForgotten) {
  pair_.warm_up();
  for (int i = 0; i < 10'000; ++i) {
    a().link.on_datagram_sent(1300, pair_.now);
    pair_.pass(1ms);
    ASSERT_LE(a().link.stats().datagrams_in_flight, 50 * (1300 + kOverheadBytes));
  }
  EXPECT_EQ(a().link.stats().datagrams_lost, 0U);
  EXPECT_FALSE(a().link.deadline());
}

TEST_F(LinkTest, APacketIsInFlightEvenIfDatagramsTakeAllOfThePaceAndTheWindow) {
  pair_.warm_up();
  pair_.open(7);
  for (int i = 0; i < 5000; ++i) a().link.on_datagram_sent(1300, pair_.now);
  write(a(), 7, std::string(10'000, 'x'));
  a().link.pump(pair_.now);
  EXPECT_EQ(frames_of<StreamFrame>(a().take()).size(), 1U);
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

// A round trip of three seconds is longer than the longest probe timeout with backoff.
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
