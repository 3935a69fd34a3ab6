// Faults in which an object was destroyed inside a call of its own: what honest base peers and
// strangers did to bring them about. Each crashed, or read freed memory under AddressSanitizer.
#include <gtest/gtest.h>

#include "tests/whole_program/room.h"

namespace ngcshare::test {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr MsgId kOffer = 0x11223344;
constexpr TransportSet kTcp{true, false};
constexpr TransportSet kUdp{false, true};
constexpr TransportSet kBoth{true, true};

class Lifetimes : public testing::Test {
 protected:
  // A member that uses everything, and a base peer that offers it a service.
  void offer(TransportSet transports, const std::string& name = "game") {
    room_.start_member(0, {});
    peer().send(member_key(), peer().offer(kOffer, name, transports, 7000));
    room_.run(1s);
  }
  // A local program begins a udp flow to the service, which the peer acknowledges.
  void begin_flow(const std::string& name = "game") {
    const auto port = member().local_port(name);
    ASSERT_TRUE(port);
    ASSERT_TRUE(port->udp);
    UdpClient& client = room_.send_datagram(*port, 100);
    ASSERT_TRUE(room_.run_until([&] { return client.received() == 1; }, 5s));
  }
  // Begins two flows to a udp service. The second one has the offer's id, because the peer takes
  // back in between that a mapping may have an id of its own.
  void begin_two_flows() {
    peer().manner() = {.capabilities = kCapMulti | kCapWindow, .has_extension = true};
    offer(kUdp);
    begin_flow();
    peer().manner().capabilities = kCapWindow;
    peer().send(member_key(), peer().offer(kOffer, "game", kUdp, 7001));
    room_.run(1s);
    begin_flow();
  }
  Stranger& peer() { return room_.stranger(0); }
  Key member_key() const { return Room::member_key(0); }
  MemberProcess& member() { return *room_.member(0); }
  // The member goes on: it takes part in a flow to another service.
  void expect_service() {
    const MsgId other = kOffer + 0x1000;
    room_.stranger(1).send(member_key(), room_.stranger(1).offer(other, "other", kUdp, 7100));
    room_.run(1s);
    begin_flow("other");
  }

  Room room_{1};
};

TEST_F(Lifetimes, AKillOfAFlowThatIsTheOfferEndsBoth) {
  offer(kUdp);
  begin_flow();
  peer().send(member_key(), Kill{kOffer, KillReason::kClosed});
  room_.run(1s);
  EXPECT_FALSE(member().local_port("game"));
  expect_service();
}

TEST_F(Lifetimes, AMemberEndsWhileAFlowRunsThatIsTheOffer) {
  offer(kUdp);
  begin_flow();
  room_.stop_member(0);
  room_.run(1s);
}

TEST_F(Lifetimes, AConnectionForBothTransportsEndsAgainAndAgain) {
  GatewayProcess& gateway = room_.start_gateway(0);
  const std::string port = std::to_string(room_.server(0).port());
  ASSERT_TRUE(gateway.command("share game " + port + "/both").ok);
  peer();
  room_.run(1s);
  for (int round = 0; round < 5; ++round) {
    const auto offers = peer().known(Room::gateway_key(0)).offers;
    ASSERT_FALSE(offers.empty());
    const MsgId id = offers.back().id;
    peer().send(Room::gateway_key(0), Accept{id, std::nullopt});
    room_.run(50ms);
    ASSERT_EQ(gateway.gateway().connections({}).size(), 1U);
    peer().send(Room::gateway_key(0), Kill{id, KillReason::kClosed});
    ASSERT_TRUE(room_.run_until([&] { return gateway.gateway().connections({}).empty(); }, 20s));
    room_.run(2s);
  }
}

// More bytes wait for the service than the kernel keeps. The service ends its direction, which ends
// the connection of a base peer, and reads them later: the tcp leg outlives all else.
TEST_F(Lifetimes, AServiceForBothTransportsEndsFirstWhileBytesWait) {
  GatewayProcess& gateway = room_.start_gateway(0);
  const std::string port = std::to_string(room_.server(0).port());
  room_.server(0).set_manner(EchoServer::Manner::kStall);
  ASSERT_TRUE(gateway.command("share game " + port + "/both").ok);
  peer();
  room_.run(1s);
  const auto offers = peer().known(Room::gateway_key(0)).offers;
  ASSERT_FALSE(offers.empty());
  const MsgId id = offers.back().id;
  peer().send(Room::gateway_key(0), Accept{id, std::nullopt});
  room_.run(1s);
  const std::vector<uint8_t> bytes(400, 7);
  for (int i = 0; i < 15'000; ++i) {
    peer().send(Room::gateway_key(0), StreamData{id, bytes});
    if (i % 100 == 0) room_.run(50ms);  // what waits in the channel is bounded
  }
  room_.run(1s);
  ASSERT_EQ(gateway.gateway().connections({}).size(), 1U);
  EXPECT_GT(gateway.gateway().passed(Direction::kIn), 0U);
  room_.server(0).end_directions();
  room_.run(5s);
  EXPECT_EQ(gateway.gateway().connections({}).size(), 1U) << "no bytes wait";
  room_.server(0).set_manner(EchoServer::Manner::kEcho);
  room_.run(15s);
  EXPECT_TRUE(gateway.gateway().connections({}).empty());
}

TEST_F(Lifetimes, AnOfferUnderAnotherNameLeavesNothingOfThePeer) {
  offer(kTcp, "first");
  peer().send(member_key(), peer().offer(kOffer, "second", kTcp, 7001));
  room_.run(1s);
  const auto first = member().local_port("first");
  room_.remove_stranger(0);
  room_.run(1s);
  if (first) room_.connect(*first, 1000, false);
  room_.run(1s);
  EXPECT_TRUE(member().local_ports().empty());
  expect_service();
}

TEST_F(Lifetimes, AnOfferWithOtherTransportsEndsItsFlows) {
  offer(kUdp);
  begin_flow();
  peer().send(member_key(), peer().offer(kOffer, "game", kBoth, 7000));
  room_.run(1s);
  expect_service();
}

TEST_F(Lifetimes, AFlowThatIsTheOfferEndsWhenThePeerIsSilent) {
  peer().manner() = {.greets = true, .capabilities = kCapWindow, .has_extension = true};
  offer(kUdp);
  peer().send(member_key(), peer().hello(member_key(), kCapWindow));
  room_.run(1s);
  begin_flow();
  peer().manner().greets = false;
  room_.run(20s);
  EXPECT_FALSE(member().local_port("game"));
  expect_service();
}

TEST_F(Lifetimes, AFlowThatIsTheOfferEndsWhenItIsIdle) {
  offer(kUdp);
  begin_flow();
  room_.run(135s);
  EXPECT_FALSE(member().local_port("game"));
  expect_service();
}

TEST_F(Lifetimes, OneOfTwoFlowsIsTheOfferOfAPeerThatTakesBackWhatItCan) {
  begin_two_flows();
  ASSERT_EQ(member().hub().find({kGroup, peer().key()})->session->mapping_count(), 2U);
  peer().send(member_key(), peer().offer(kOffer, "game", kBoth, 7000));
  room_.run(1s);
  expect_service();
}

// The same, and what ends is the flows' local side.
TEST_F(Lifetimes, TwoFlowsEndWhenTheyAreIdleAndOneIsTheOffer) {
  begin_two_flows();
  room_.run(135s);
  expect_service();
}

}  // namespace
}  // namespace ngcshare::test
