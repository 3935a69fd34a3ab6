// A gateway with a database, in a group without other members. Tests invent members and hand in
// their packets; packets to them are lost.
#pragma once

#include <gtest/gtest.h>

#include <asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "bot/base/unix_time.h"
#include "bot/gateway/gateway.h"
#include "bot/peers/group_peers.h"
#include "bot/services/ports.h"
#include "storage/stores/group_store.h"
#include "tests/support/offline_node.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare::test {

class GatewayRig : public testing::Test {
 protected:
  GatewayRig() {
    groups_.put({chat_id_, "friends"});
    hub_.set_offer_maker(&gateway_);
  }
  ~GatewayRig() override {
    gateway_.shut_down();
    hub_.shut_down();
    offline_.run_ready();
  }

  // Somebody joins, with that number.
  Person join(PeerNumber number, Role role = Role::kUser) {
    const Person person = person_of(number);
    peers_.welcome(group_, number, person, role);
    return person;
  }
  Person person_of(PeerNumber number) const {
    Person person{chat_id_, {}};
    person.key.fill(static_cast<uint8_t>(number));
    return person;
  }
  Peer& peer(PeerNumber number) { return *peers_.find(group_, number); }
  PeerSession& session(PeerNumber number) { return *peer(number).session; }

  void share(const std::string& name, std::vector<storage::PortRange> ports) {
    const auto problem = gateway_.share({name, "127.0.0.1", std::move(ports)}, {}, {});
    ASSERT_FALSE(problem) << *problem;
  }
  template <typename Edit>
  void change(const std::string& name, const Edit& edit) {
    storage::ServiceRecord record = gateway_.find(name).value();
    edit(record);
    gateway_.change(record);
  }
  // Returns the offer of a port that the peer has, or nullptr if it has none.
  const Offer* offered(PeerNumber number, const std::string& name, uint16_t port) {
    return session(number).offered(service_key(gateway_.find(name).value().id, port));
  }
  bool is_offered(PeerNumber number, const std::string& name, uint16_t port) {
    return offered(number, name, port) != nullptr;
  }

  void receive(PeerNumber number, const Packet& packet) {
    Frame frame;
    const Outgoing where = encode_packet(packet, frame);
    std::vector<uint8_t> bytes{kGroupPacketHighByte, static_cast<uint8_t>(where.id)};
    bytes.insert(bytes.end(), frame.body().begin(), frame.body().end());
    peers_.on_packet(group_, number, false, bytes);
  }
  // Accepts the offer of a port, with a mapping of its own.
  void open(PeerNumber number, const std::string& name, uint16_t port, MsgId mapping) {
    Accept accept{offered(number, name, port)->id, Extension{}};
    accept.extension->capabilities = kCapMulti | kCapWindow;
    accept.extension->epoch = 1000 + number;
    accept.extension->mapping_id = mapping;
    receive(number, accept);
  }
  size_t mappings(PeerNumber number) { return session(number).mapping_count(); }
  void ban(const Person& person) {
    ASSERT_TRUE(access_.ban({person, "", std::nullopt, {unix_seconds(), std::nullopt}}));
  }
  uint16_t target_port() const { return target_.local_endpoint().port(); }

  OfflineNode offline_;
  TemporaryFolder folder_;
  GroupNumber group_ = offline_.node.create_group("friends", "bot", false).value();
  Key chat_id_ = offline_.node.chat_id(group_).value();
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::GroupStore groups_{database_};
  storage::ServiceStore services_{database_};
  Access access_{database_, {}};
  TargetPolicy policy_;
  asio::ip::tcp::acceptor target_{offline_.loop, {asio::ip::address_v4::loopback(), 0}};
  SessionHub hub_{
      offline_.loop, offline_.entropy, {.epoch = 1, .capabilities = kCapMulti | kCapWindow}};
  GroupPeers peers_{offline_.node, hub_};
  Gateway gateway_{hub_, services_, access_, policy_};
};

}  // namespace ngcshare::test
