// Stream bytes and datagrams of one mapping: sizes, order, flow control.
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {
namespace {

constexpr size_t kWindow = StreamWindow::kInitialBytes;

// Delivers stream bytes in packets of the usual size.
void receive_stream(Rig& rig, MsgId id, Bytes bytes) {
  while (!bytes.empty()) {
    const size_t size = std::min(bytes.size(), kMaxStreamChunkBytes);
    rig.receive(StreamData{id, bytes.first(size)});
    bytes = bytes.subspan(size);
  }
}

TEST(Data, IsCutIntoChunksThatFitALosslessPacket) {
  Rig rig;
  const auto bytes = some_bytes(100'000);
  EXPECT_EQ(rig.accepted_mapping().write(bytes), bytes.size());
  std::vector<uint8_t> sent;
  for (const StreamData& data : rig.contact.all<StreamData>()) {
    EXPECT_LE(data.bytes.size(), 493U);
    sent.insert(sent.end(), data.bytes.begin(), data.bytes.end());
  }
  EXPECT_EQ(sent, bytes);
  EXPECT_EQ(rig.contact.count<StreamData>(), (bytes.size() + 492) / 493);
}

TEST(Data, NeverMakesALosslessPacketAboveTheLimitWhateverIsSent) {
  Rig rig;
  rig.receive_hello();
  Offer longest = service_offer(std::string(64, 'n'), kTcpAndUdp);
  longest.extension.emplace();
  longest.extension->description = std::string(200, 'd');
  longest.extension->state = ServiceState::kBusy;
  longest.extension->udp_port = 65535;
  rig.offer(1, longest);
  rig.accepted_mapping().write(some_bytes(5000));
  RecordingSink sink;
  rig.established_mapping(sink);
  rig.session.shut_down(rig.now);
  rig.pass(20s);
  for (const Sent& sent : rig.contact.sent) {
    if (sent.where.channel == Channel::kLossless) {
      EXPECT_LE(sent.body.size(), 498U);
    }
    EXPECT_LE(sent.body.size(), Frame::kMaxBodyBytes);
  }
}

TEST(Data, ArrivesAtTheSinkInOrder) {
  Rig rig;
  RecordingSink sink;
  const MsgId id = rig.established_mapping(sink).id();
  receive_stream(rig, id, some_bytes(5000));
  EXPECT_EQ(sink.received, some_bytes(5000));
}

TEST(Data, StopsAtTheWindowAndGoesOnWhenItGrows) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  EXPECT_EQ(mapping.write(some_bytes(kWindow + 1000)), kWindow);
  EXPECT_EQ(mapping.write(some_bytes(1000)), 0U);
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].writable, 0);
  rig.receive(Window{kPeerMapping, kWindow + 600});
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].writable, 1);
  EXPECT_EQ(mapping.write(some_bytes(1000)), 600U);
}

TEST(Data, IsNotHeldBackByAnOldOrRepeatedWindow) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping();
  rig.receive(Window{kPeerMapping, kWindow + 600});
  rig.receive(Window{kPeerMapping, kWindow + 100});
  rig.receive(Window{kPeerMapping, 0});
  EXPECT_EQ(mapping.write(some_bytes(kWindow + 1000)), kWindow + 600);
}

TEST(Data, BeyondTheWindowEndsTheMapping) {
  Rig rig;
  RecordingSink sink;
  const MsgId id = rig.established_mapping(sink).id();
  receive_stream(rig, id, some_bytes(kWindow));
  EXPECT_TRUE(sink.closed.empty());
  receive_stream(rig, id, some_bytes(1));
  EXPECT_EQ(sink.closed, std::vector{KillReason::kProtocol});
  EXPECT_EQ(sink.received.size(), kWindow);
  EXPECT_EQ(rig.contact.kills(id, KillReason::kProtocol), 1U);
}

TEST(Data, OpensTheWindowWhenAQuarterHasBeenTaken) {
  Rig rig;
  RecordingSink sink;
  Mapping& mapping = rig.established_mapping(sink);
  receive_stream(rig, mapping.id(), some_bytes(kWindow));
  mapping.consumed(kWindow / 4 - 1);
  EXPECT_EQ(rig.contact.count<Window>(), 0U);
  mapping.consumed(1);
  ASSERT_EQ(rig.contact.count<Window>(), 1U);
  EXPECT_EQ(rig.contact.all<Window>()[0].limit, kWindow + kWindow / 4);
}

TEST(Data, OpensTheWindowByNoMoreThanHasArrived) {
  Rig rig;
  RecordingSink sink;
  Mapping& mapping = rig.established_mapping(sink);
  receive_stream(rig, mapping.id(), some_bytes(100));
  mapping.consumed(10 * kWindow);
  EXPECT_EQ(rig.contact.count<Window>(), 0U);
}

TEST(Data, FlowsForEverWhileItIsConsumed) {
  Rig rig;
  RecordingSink sink;
  Mapping& mapping = rig.established_mapping(sink);
  sink.when_data = [&](size_t bytes) { mapping.consumed(bytes); };
  receive_stream(rig, mapping.id(), some_bytes(4 * kWindow));
  EXPECT_TRUE(sink.closed.empty());
  EXPECT_EQ(sink.received.size(), 4 * kWindow);
}

TEST(Data, OfATransportThatTheMappingIsNotForEndsIt) {
  Rig rig;
  rig.accepted_mapping(kPeerMapping, kUdpOnly);
  rig.receive(StreamData{kPeerMapping, some_bytes(10)});
  EXPECT_EQ(rig.handler.sinks[kPeerMapping].closed, std::vector{KillReason::kProtocol});
}

TEST(Data, ForAnUnknownMappingIsAnsweredByAKillAtALimitedRate) {
  Rig rig;
  for (int i = 0; i < 100; ++i) rig.receive(StreamData{kPeerMapping, some_bytes(10)});
  rig.receive(Datagram{kPeerMapping + 1, some_bytes(10)});
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kUnknown), 20U);
  EXPECT_EQ(rig.contact.count<Kill>(), 20U);
}

TEST(Data, ReportsAnUnknownMappingOfAnAckAccButNotOfAWindow) {
  Rig rig;
  rig.receive(Window{kPeerMapping, 1000});
  EXPECT_EQ(rig.contact.count<Kill>(), 0U);
  rig.receive_ack(kPeerMapping);
  EXPECT_EQ(rig.contact.kills(kPeerMapping, KillReason::kUnknown), 1U);
}

TEST(Datagrams, TravelOnTheLossyChannelUnchanged) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping(kPeerMapping, kUdpOnly);
  EXPECT_TRUE(mapping.send_datagram(some_bytes(kMaxDatagramBytes), rig.now));
  EXPECT_TRUE(mapping.send_datagram({}, rig.now));
  const auto sent = rig.contact.all<Datagram>(Channel::kLossy);
  ASSERT_GE(sent.size(), 1U);
  EXPECT_EQ(sent[0].bytes.size(), 1367U);
  rig.receive(Datagram{kPeerMapping, some_bytes(200)});
  rig.receive(Datagram{kPeerMapping, {}});
  const RecordingSink& sink = rig.handler.sinks[kPeerMapping];
  ASSERT_EQ(sink.datagrams.size(), 2U);
  EXPECT_EQ(sink.datagrams[0], some_bytes(200));
  EXPECT_TRUE(sink.datagrams[1].empty());
}

TEST(Datagrams, AreDroppedWhenTooLargeOrWithoutRoom) {
  Rig rig;
  Mapping& mapping = rig.accepted_mapping(kPeerMapping, kUdpOnly);
  EXPECT_FALSE(mapping.send_datagram(some_bytes(kMaxDatagramBytes + 1), rig.now));
  rig.contact.lossy_full = true;
  EXPECT_FALSE(mapping.send_datagram(some_bytes(10), rig.now));
  rig.contact.lossy_full = false;
  EXPECT_TRUE(mapping.send_datagram(some_bytes(10), rig.now));
}

// A mapping of a udp service to a peer that takes fragments.
struct FragmentRig : Rig {
  static constexpr uint32_t kCapabilities = kAllCapabilities | kCapFragment;

  FragmentRig() : Rig({.epoch = kOwnEpoch, .capabilities = kCapabilities}) {
    const MsgId id = offer(kService, service_offer("web", kUdpOnly));
    receive_accept(id, kPeerMapping, {}, kCapabilities);
    contact.sent.clear();
  }
  bool send(size_t bytes) { return handler.accepted.back()->send_datagram(some_bytes(bytes), now); }
  size_t packets() const {
    return contact.count<Fragment>(Channel::kLossy) + contact.count<Datagram>(Channel::kLossy);
  }
};

TEST(Datagrams, OfAnySizeTravelDirectly) {
  FragmentRig rig;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(rig.send(kMaxSplitDatagramBytes));
  EXPECT_EQ(rig.packets(), 490U);
  EXPECT_FALSE(rig.send(kMaxSplitDatagramBytes + 1));
}

TEST(Datagrams, ThatDoNotFitOnARelayAreDroppedAsAWhole) {
  FragmentRig rig;
  rig.contact.over_relay = true;
  EXPECT_FALSE(rig.send(kMaxSplitDatagramBytes)) << "49 packets";
  EXPECT_EQ(rig.packets(), 0U);
  EXPECT_TRUE(rig.send(30'000));
  EXPECT_FALSE(rig.send(30'000)) << "the first is on its way";
  EXPECT_EQ(rig.packets(), 23U);
  EXPECT_TRUE(rig.send(1000)) << "a small one fits";
}

TEST(Datagrams, OnARelayAreBoundedByTheRoundTripNotForGood) {
  FragmentRig rig;
  rig.contact.over_relay = true;
  uint64_t bytes = 0;
  for (int i = 0; i < 2000; ++i) {
    if (rig.send(1000)) bytes += 1000 + 104;
    rig.now += 1ms;
  }
  EXPECT_GT(bytes, 3 * 60'000U) << "half a second is assumed";
  EXPECT_LE(bytes, 4 * 60'000U);
  rig.contact.over_relay = false;
  rig.now += 1s;
  EXPECT_TRUE(rig.send(kMaxSplitDatagramBytes)) << "the path is direct again";
}

TEST(Datagrams, MayNotBeSentBeforeTheMappingIsOpen) {
  Rig rig;
  RecordingSink sink;
  Mapping& mapping = rig.opened_mapping(sink, true, kUdpOnly);
  EXPECT_FALSE(mapping.send_datagram(some_bytes(10), rig.now));
}

// Whatever the payload looks like, the id that is known decides.
TEST(Datagrams, ThatLookLikeAKillOrStreamBytesAreStillDatagrams) {
  for (const MsgId id : {0x112233F1U, 0x112233F2U, 0x112233F3U}) {
    Rig rig;
    RecordingSink sink;
    rig.receive_offer(kUdpOnly, false, id);
    ASSERT_NE(rig.session.open(id, Transport::kUdp, sink, rig.now), nullptr);
    rig.receive_ack(id, std::nullopt);
    for (const size_t size : {0U, 1U, 2U, 9U, 40U}) {
      rig.receive(Datagram{id, some_bytes(size)});
    }
    EXPECT_EQ(sink.datagrams.size(), 5U);
    EXPECT_TRUE(sink.closed.empty());
  }
}

}  // namespace
}  // namespace ngcshare::test
