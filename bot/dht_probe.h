// Runs a dht::Exam on the event loop, by one socket for each address family.
#pragma once

#include <array>
#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <vector>

#include "bot/dht_exam.h"
#include "bot/system_entropy.h"

namespace ngcshare {

// Whether this machine knows a way there; nothing is sent.
bool has_route(const asio::ip::udp::endpoint& endpoint);

class DhtProbe {
 public:
  // `on_done` is called once, from the loop and never from inside. Nothing is sent once this is
  // gone.
  DhtProbe(asio::io_context& loop, const std::vector<dht::Exam::Node>& nodes,
           std::function<void()> on_done);

  std::vector<dht::Exam::Result> results() const { return exam_.results(); }
  // Of the IPv4 socket, whose packets the nodes see; 0: there is none.
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
