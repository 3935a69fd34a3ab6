// Connections through the gateway: permission, number and end.
#include <asio/ip/v6_only.hpp>

#include "bot/target/connection.h"
#include "tests/support/gateway_rig.h"
#include "tests/support/no_descriptors.h"

namespace ngcshare {
namespace {

using storage::ServiceRecord;

class GatewayConnections : public test::GatewayRig {
 protected:
  void share_target(const std::string& name = "web") {
    share(name, {{target_port(), target_port(), true, false}});
  }
  bool runs(size_t count) {
    return offline_.run_until([&] { return gateway_.connections({}).size() == count; });
  }
};

TEST_F(GatewayConnections, AreListedOldestFirst) {
  const Person first = join(1);
  join(2);
  share_target("web");
  share("udp", {{9, 9, false, true}});
  open(1, "web", target_port(), 0x1001);
  open(2, "udp", 9, 0x2001);
  const auto all = gateway_.connections({});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].service, "web");
  EXPECT_EQ(all[0].person, first);
  EXPECT_EQ(all[0].transports, (TransportSet{true, false}));
  EXPECT_EQ(all[1].service, "udp");
  EXPECT_LT(all[0].id, all[1].id);
  EXPECT_LE(all[0].since, all[1].since);
  EXPECT_EQ(gateway_.connections("udp").size(), 1U);
  EXPECT_TRUE(gateway_.connections("nothing").empty());
  EXPECT_EQ(gateway_.list({})[1].connections, 1U);
}

TEST_F(GatewayConnections, CountTheirOwnBytes) {
  join(1);
  share_target();
  open(1, "web", target_port(), 0x1001);
  open(1, "web", target_port(), 0x1002);
  asio::ip::tcp::socket first = target_.accept();
  asio::ip::tcp::socket second = target_.accept();
  offline_.run_ready();
  const std::vector<uint8_t> bytes(400, 1);
  receive(1, StreamData{0x1002, bytes});
  const auto received = [&](size_t index) { return gateway_.connections({}).at(index).bytes_in; };
  EXPECT_TRUE(offline_.run_until([&] { return received(1) == bytes.size(); }));
  EXPECT_EQ(received(0), 0U);
  EXPECT_EQ(gateway_.list({})[0].bytes_in, received(1));
}

// toxcore reports a nonsensical length for the name of a group that was left, which was once used
// as the size of a string.
TEST_F(GatewayConnections, EndWithTheirGroupAndLeaveNobodyToBeAskedFor) {
  join(1);
  share_target();
  open(1, "web", target_port(), 0x1001);
  peers_.leave_group(chat_id_);
  offline_.run_ready();
  EXPECT_TRUE(gateway_.connections({}).empty());
  EXPECT_EQ(peers_.find(group_, 1), nullptr);
  ASSERT_TRUE(offline_.node.leave_group(group_));
  offline_.node.iterate();  // in which toxcore leaves
  EXPECT_EQ(offline_.node.peer_name(group_, 1), "");
  EXPECT_EQ(offline_.node.group_name(group_), "");
}

TEST_F(GatewayConnections, AreRefusedToTheBannedEvenWhereTheOfferStands) {
  const Person person = join(1);
  share_target();
  ban(person);
  open(1, "web", target_port(), 0x1001);
  EXPECT_EQ(mappings(1), 0U);
  EXPECT_EQ(session(1).counters().refused, 1U);
  EXPECT_TRUE(gateway_.connections({}).empty());
}

TEST_F(GatewayConnections, EndWithTheBan) {
  const Person banned = join(1);
  join(2);
  share_target();
  open(1, "web", target_port(), 0x1001);
  open(2, "web", target_port(), 0x2001);
  ban(banned);
  gateway_.review();
  EXPECT_EQ(mappings(1), 0U);
  EXPECT_EQ(mappings(2), 1U);
  EXPECT_TRUE(runs(1));
}

// The Offer gets another id then, which the mapping has nothing to do with.
TEST_F(GatewayConnections, EndWithTheBanAlsoOfOneWhoHasKilledTheOfferBefore) {
  const Person banned = join(1);
  share_target();
  open(1, "web", target_port(), 0x1001);
  const MsgId offer = offered(1, "web", target_port())->id;
  receive(1, Kill{offer, KillReason::kTimeout});
  ASSERT_NE(offered(1, "web", target_port())->id, offer);
  ASSERT_EQ(mappings(1), 1U);
  ban(banned);
  gateway_.review();
  EXPECT_EQ(mappings(1), 0U);
}

TEST_F(GatewayConnections, EndWithTheServiceAlsoOfOneWhoHasKilledTheOfferBefore) {
  join(1);
  share_target();
  open(1, "web", target_port(), 0x1001);
  receive(1, Kill{offered(1, "web", target_port())->id, KillReason::kTimeout});
  gateway_.unshare("web");
  EXPECT_EQ(mappings(1), 0U);
}

TEST_F(GatewayConnections, EndWhenTheServiceIsDisabledOrStandsElsewhere) {
  join(1);
  share_target();
  open(1, "web", target_port(), 0x1001);
  change("web", [](ServiceRecord& record) { record.enabled = false; });
  EXPECT_EQ(mappings(1), 0U);
  change("web", [](ServiceRecord& record) { record.enabled = true; });
  open(1, "web", target_port(), 0x1002);
  EXPECT_EQ(mappings(1), 1U);
  change("web", [](ServiceRecord& record) { record.host = "127.0.0.2"; });
  EXPECT_EQ(mappings(1), 0U);
  EXPECT_TRUE(is_offered(1, "web", target_port()));
}

TEST_F(GatewayConnections, EndWithTheirPort) {
  join(1);
  share("game", {{8, 9, false, true}});
  open(1, "game", 8, 0x1001);
  open(1, "game", 9, 0x1002);
  ASSERT_EQ(mappings(1), 2U);
  change("game", [](ServiceRecord& record) { record.ports = {{8, 8, false, true}}; });
  EXPECT_EQ(mappings(1), 1U);
  EXPECT_TRUE(runs(1));
}

TEST_F(GatewayConnections, GoToTheirPort) {
  asio::ip::tcp::acceptor second{offline_.loop, {asio::ip::address_v4::loopback(), 0}};
  const uint16_t other = second.local_endpoint().port();
  join(1);
  share("web", {{target_port(), target_port(), true, false}, {other, other, true, false}});
  open(1, "web", other, 0x1001);
  second.non_blocking(true);
  asio::error_code error = asio::error::would_block;
  EXPECT_TRUE(offline_.run_until([&] {
    asio::ip::tcp::socket accepted(offline_.loop);
    second.accept(accepted, error);
    return !error;
  }));
}

TEST_F(GatewayConnections, ArePerPeerNotMoreThanTheLimit) {
  join(1);
  join(2);
  share_target();
  change("web", [](ServiceRecord& record) { record.limits.connections_per_peer = 2; });
  for (MsgId mapping = 0x1001; mapping <= 0x1003; ++mapping) open(1, "web", target_port(), mapping);
  EXPECT_EQ(mappings(1), 2U);
  open(2, "web", target_port(), 0x2001);
  EXPECT_EQ(mappings(2), 1U);
  ASSERT_TRUE(gateway_.drop(gateway_.connections({}).front().id));
  ASSERT_TRUE(runs(2));
  open(1, "web", target_port(), 0x1004);
  EXPECT_EQ(mappings(1), 2U) << "there is room again";
}

// A resolver asks from ever new ports.
TEST_F(GatewayConnections, ByUdpMakeRoomForOneAnother) {
  join(1);
  join(2);
  share("dns", {{9, 9, false, true}});
  change("dns", [](ServiceRecord& record) {
    record.limits.connections_per_peer = 2;
    record.limits.connections_in_all = 3;
  });
  open(2, "dns", 9, 0x2001);
  open(1, "dns", 9, 0x1001);
  open(1, "dns", 9, 0x1002);
  const std::vector<uint8_t> bytes = {1};
  receive(1, Datagram{0x1001, bytes});
  open(1, "dns", 9, 0x1003);
  EXPECT_EQ(gateway_.refusals().at("limit"), 0U);
  EXPECT_EQ(mappings(1), 2U);
  EXPECT_EQ(mappings(2), 1U) << "nobody makes room for somebody else";
  std::vector<uint32_t> ids;
  for (const auto& one : gateway_.connections({})) ids.push_back(one.id);
  EXPECT_EQ(ids, (std::vector<uint32_t>{1, 2, 4})) << "the longest idle one goes";
  offline_.run_ready();
  EXPECT_TRUE(runs(3));
}

TEST_F(GatewayConnections, ByUdpMakeNoRoomForTcp) {
  join(1);
  share("both", {{target_port(), target_port(), true, false}, {9, 9, false, true}});
  change("both", [](ServiceRecord& record) { record.limits.connections_per_peer = 1; });
  open(1, "both", 9, 0x1001);
  open(1, "both", target_port(), 0x1002);
  EXPECT_EQ(gateway_.refusals().at("limit"), 1U);
  EXPECT_EQ(gateway_.connections({}).at(0).id, 1U);
}

TEST_F(GatewayConnections, AreInAllNotMoreThanTheLimit) {
  join(1);
  join(2);
  share_target();
  change("web", [](ServiceRecord& record) { record.limits.connections_in_all = 2; });
  for (PeerNumber number : {1U, 2U}) {
    for (MsgId mapping : {0x1001U, 0x1002U}) open(number, "web", target_port(), mapping);
  }
  EXPECT_EQ(mappings(1), 2U);
  EXPECT_EQ(mappings(2), 0U);
}

TEST_F(GatewayConnections, AreDroppedOneByOne) {
  join(1);
  share_target();
  open(1, "web", target_port(), 0x1001);
  open(1, "web", target_port(), 0x1002);
  const uint32_t id = gateway_.connections({}).front().id;
  EXPECT_TRUE(gateway_.drop(id));
  EXPECT_EQ(mappings(1), 1U);
  EXPECT_TRUE(runs(1));
  EXPECT_FALSE(gateway_.drop(id));
  EXPECT_FALSE(gateway_.drop(4711));
  EXPECT_TRUE(is_offered(1, "web", target_port()));
}

// -- local ports ---------------------------------------------------------------------------------

TEST_F(GatewayConnections, OfOnePersonLeaveLocalPortsForOthers) {
  join(1);
  join(2);
  share_target();
  ProgramClock::stopped_at = ProgramClock::now().time_since_epoch();
  gateway_.target_ports().set_limits(
      {.per_person = 2, .in_all = 4, .loopback_wait = std::chrono::seconds(60)});
  for (MsgId mapping = 0x1001; mapping <= 0x1003; ++mapping) open(1, "web", target_port(), mapping);
  open(2, "web", target_port(), 0x2001);
  EXPECT_TRUE(offline_.run_until(
      [&] { return gateway_.target_ports().taken(target_.local_endpoint()) == 3; }));
  *ProgramClock::stopped_at += TargetConnection::kPortWait;
  EXPECT_TRUE(offline_.run_until([&] { return gateway_.refusals().at("limit") == 1; }));
  EXPECT_EQ(mappings(1), 2U);
  EXPECT_EQ(mappings(2), 1U);
  ProgramClock::stopped_at.reset();
}

// -- descriptors ---------------------------------------------------------------------------------

TEST_F(GatewayConnections, OfOnePersonLeaveDescriptorsForOthers) {
  join(1);
  join(2);
  share_target();
  hub_.descriptors().set_limit(8);
  for (MsgId mapping = 0x1001; mapping <= 0x1008; ++mapping) open(1, "web", target_port(), mapping);
  EXPECT_EQ(mappings(1), 4U);
  open(2, "web", target_port(), 0x2001);
  EXPECT_EQ(mappings(2), 1U);
  EXPECT_EQ(gateway_.refusals().at("descriptors"), 4U);
}

TEST_F(GatewayConnections, ByUdpMakeRoomWhereDescriptorsAreMissing) {
  join(1);
  share("dns", {{9, 9, false, true}});
  hub_.descriptors().set_limit(4);
  for (MsgId mapping = 0x1001; mapping <= 0x1008; ++mapping) open(1, "dns", 9, mapping);
  EXPECT_EQ(mappings(1), 2U);
  EXPECT_EQ(session(1).counters().refused, 0U);
  offline_.run_ready();
  EXPECT_EQ(hub_.descriptors().taken(), 2U);
}

// 127.0.0.1 is ::1 too: both are tried while neither answers.
TEST_F(GatewayConnections, CountEachSocketThatTriesToReachTheTarget) {
  asio::ip::tcp::acceptor other(offline_.loop, asio::ip::tcp::v6());
  other.set_option(asio::ip::v6_only(true));
  other.bind({asio::ip::address_v6::loopback(), target_port()});
  std::vector<asio::ip::tcp::socket> fillers;
  for (auto* const full : {&target_, &other}) {
    full->listen(0);
    for (int i = 0; i < 2; ++i) {
      fillers.emplace_back(offline_.loop);
      fillers.back().async_connect(full->local_endpoint(), [](const asio::error_code&) {});
    }
  }
  offline_.run_ready();
  join(1);
  share_target();
  hub_.descriptors().set_limit(8);
  open(1, "web", target_port(), 0x1001);
  EXPECT_EQ(hub_.descriptors().taken(), 1U);
  EXPECT_TRUE(offline_.run_until([&] { return hub_.descriptors().taken() == 2; }));
  receive(1, Kill{0x1001, KillReason::kClosed});
  EXPECT_TRUE(offline_.run_until([&] { return hub_.descriptors().taken() == 0; }));
}

// Its mapping has ended, but the target takes the last bytes slowly.
TEST_F(GatewayConnections, CountUntilTheirSocketIsClosed) {
  join(1);
  share_target();
  hub_.descriptors().set_limit(2);
  open(1, "web", target_port(), 0x1001);
  asio::ip::tcp::socket target = target_.accept();
  offline_.run_ready();
  receive(1, Kill{0x1001, KillReason::kClosed});
  offline_.run_ready();
  ASSERT_EQ(mappings(1), 0U);
  EXPECT_EQ(hub_.descriptors().taken(), 1U);
  open(1, "web", target_port(), 0x1002);
  EXPECT_EQ(mappings(1), 0U);
  target.close();
  EXPECT_TRUE(offline_.run_until([&] { return hub_.descriptors().taken() == 0; }));
  open(1, "web", target_port(), 0x1003);
  EXPECT_EQ(mappings(1), 1U);
}

TEST_F(GatewayConnections, ThatGetNoSocketAreNeitherListedNorTheTargetsFault) {
  if (test::kSanitized) GTEST_SKIP();
  join(1);
  share("game", {{9, 9, false, true}});
  {
    const test::NoMoreDescriptors none;
    open(1, "game", 9, 0x1001);
  }
  EXPECT_EQ(mappings(1), 0U);
  offline_.run_ready();
  EXPECT_TRUE(gateway_.connections({}).empty());
  EXPECT_EQ(hub_.descriptors().taken(), 0U);
  EXPECT_EQ(gateway_.refusals().at("descriptors"), 1U);
}

}  // namespace
}  // namespace ngcshare
