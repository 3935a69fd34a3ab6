// Runs a dht::Exam on the event loop, through one socket per address family.
#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <vector>

#include "bot/base/system_entropy.h"
#include "bot/doctor/dht_exam.h"

namespace ngcshare {

// Returns whether this machine has a route to the endpoint. Sends nothing.
bool has_route(const asio::ip::udp::endpoint& endpoint);

class DhtProbe {
 public:
  // Calls `on_done` once, from the loop and never from within a call. Sends nothing after its
  // destruction.
  DhtProbe(asio::io_context& loop, const std::vector<dht::Exam::Node>& nodes,
           std::function<void()> on_done);

  std::vector<dht::Exam::Result> results() const { return exam_.results(); }
  // Returns the port of the IPv4 socket, whose packets the nodes see, or 0 if there is none.
  uint16_t local_port() const;

 private:
  struct Door {
    asio::ip::udp::socket socket;
    asio::ip::udp::endpoint from{};
    std::array<uint8_t, dht::kMaxPacketBytes> buffer{};
  };

  void open(Door& door, const asio::ip::udp& protocol);
  void receive(Door& door);
  void advance();

  SystemEntropy entropy_;
  dht::Exam exam_;
  Door v4_;
  Door v6_;
  asio::steady_timer timer_;
  std::function<void()> on_done_;
};

}  // namespace ngcshare
