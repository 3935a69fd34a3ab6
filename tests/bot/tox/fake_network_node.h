// A NetworkNode that records its calls and runs no toxcore.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bot/tox/node.h"

namespace ngcshare::test {

class FakeNetworkNode : public NetworkNode {
 public:
  // A boot node or TCP relay that was asked.
  struct Asked {
    std::string ip;
    uint16_t port = 0;
    Key key{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };

  void iterate() override {
    ++iterations;
    if (on_iterate) on_iterate();
  }
  std::chrono::milliseconds iteration_interval() const override {
    ++intervals_asked;
    return interval;
  }
  std::optional<uint16_t> udp_port() const override { return port; }
  NetworkConnection connection() const override { return state; }
  void bootstrap(const std::string& ip, uint16_t at, const Key& key) override {
    asked.push_back({ip, at, key});
  }
  void add_tcp_relay(const std::string& ip, uint16_t at, const Key& key) override {
    relays.push_back({ip, at, key});
  }

  int iterations = 0;
  mutable int intervals_asked = 0;
  std::function<void()> on_iterate;
  std::chrono::milliseconds interval = std::chrono::hours(1);
  std::optional<uint16_t> port;
  NetworkConnection state = NetworkConnection::kNone;
  std::vector<Asked> asked;
  std::vector<Asked> relays;
};

}  // namespace ngcshare::test
