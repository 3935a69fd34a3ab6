// A Connector that hears of offers directly, with a database, real local ports, and the events that
// it prints.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bot/base/unix_time.h"
#include "bot/member/connector.h"
#include "tests/protocol/session/fakes.h"
#include "tests/support/hub_rig.h"
#include "tests/support/keys.h"
#include "tests/support/offline_node.h"
#include "tests/support/own_loopback.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare::test {

inline Offer offer_of(const std::string& name, uint16_t port, MsgId id = 1,
                      TransportSet transports = {true, false}) {
  Offer offer;
  offer.id = id;
  offer.transports = transports;
  offer.suggested_port = port;
  offer.name = name;
  return offer;
}

class ConnectorTest : public testing::Test {
 protected:
  // Returns a member of the group whom no packet reaches.
  Peer peer_of(uint8_t fill) {
    Peer peer;
    peer.chat_id = key_of(0x11);
    peer.key = key_of(fill);
    peer.session = std::make_unique<PeerSession>(nowhere_, offline_.entropy, nobody_,
                                                 PeerSession::Config{}, offline_.hub.now());
    return peer;
  }
  Connector& start(Connector::Config config) {
    config.bind_address = own_loopback();
    connector_.reset();
    begin_run();
    connector_ =
        std::make_unique<Connector>(offline_.hub, *memory_, output_, std::move(config),
                                    [this](const std::string& why) { complaints_.push_back(why); });
    return *connector_;
  }
  // Reads the pins as a start of the program does.
  Pins& begin_run() {
    if (memory_) memory_->end();
    return memory_.emplace(offline_.loop, database_, pins_, unix_seconds);
  }
  // Returns the stored pin, as after the end of the program.
  std::optional<storage::PinRecord> pin_of(const std::string& name) {
    memory_->end();
    return pins_.find(gateway_.chat_id, name);
  }
  // Returns the events that `action` reports.
  template <typename Action>
  std::vector<nlohmann::json> events_of(const Action& action) {
    testing::internal::CaptureStdout();
    action();
    std::istringstream lines(testing::internal::GetCapturedStdout());
    std::vector<nlohmann::json> events;
    for (std::string line; std::getline(lines, line);)
      events.push_back(nlohmann::json::parse(line));
    return events;
  }
  static std::optional<nlohmann::json> find(const std::vector<nlohmann::json>& events,
                                            const std::string& name) {
    for (const auto& event : events) {
      if (event.at("event") == name) return event;
    }
    return std::nullopt;
  }
  uint16_t port_of(const std::vector<nlohmann::json>& events) {
    const auto event = find(events, "listening");
    return event ? event->at("local_port").get<uint16_t>() : uint16_t{0};
  }
  // Returns the local port of a service, or 0 if it is not open.
  uint16_t port_in_table(const std::string& name) const {
    const std::string table = connector_->table();
    const size_t row = table.find("\n" + name + " ");
    const size_t line_end = table.find('\n', row + 1);
    const size_t at = row == std::string::npos ? row : table.find(kAddress, row);
    if (at == std::string::npos || at > line_end) return 0;
    return static_cast<uint16_t>(std::stoi(table.substr(at + kAddress.size())));
  }
  bool accepts_connections(uint16_t port) {
    asio::ip::tcp::socket socket(offline_.loop);
    asio::error_code error;
    socket.connect({own_loopback(), port}, error);
    return !error;
  }
  static std::map<std::string, uint16_t> ports_of_services(
      const std::vector<nlohmann::json>& events) {
    std::map<std::string, uint16_t> ports;
    for (const auto& event : events) {
      if (event.at("event") != "listening") continue;
      ports[event.at("service").get<std::string>()] = event.at("local_port").get<uint16_t>();
    }
    return ports;
  }
  // Returns the first of some successive ports that are free now.
  uint16_t free_block(uint16_t count) {
    const uint16_t begin = 20000;
    for (uint16_t first = begin; first < begin + 1000; ++first) {
      PortBlock block{{}, {first}, /*searches=*/false};
      for (int i = 0; i < count; ++i) block.ports.push_back({i, {true, false}});
      asio::error_code error;
      if (bind_block(offline_.loop, own_loopback(), block, error)) return first;
    }
    ADD_FAILURE() << "no free ports from " << begin;
    return 0;
  }
  // Returns a port that is free now.
  uint16_t free_port() {
    asio::ip::tcp::acceptor acceptor(offline_.loop, {own_loopback(), 0});
    return acceptor.local_endpoint().port();
  }

  const std::string kAddress = own_loopback().to_string() + ":";
  TemporaryFolder folder_;
  OfflineNode offline_;
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::PinStore pins_{database_};
  const Output output_{true};
  std::optional<Pins> memory_;
  std::vector<std::string> complaints_;
  std::unique_ptr<Connector> connector_;
  FakeContact nowhere_;
  ScriptedHandler nobody_;
  Peer gateway_ = peer_of(0xAA);
  Peer other_ = peer_of(0xBB);
};

inline Connector::Config wanting(const std::string& text) {
  Connector::Config config;
  config.wanted.push_back(std::get<WantedService>(parse_wanted(text)));
  return config;
}

inline Connector::Config wanting_all() {
  Connector::Config config;
  config.all = true;
  return config;
}

}  // namespace ngcshare::test
