// Binds local ports for a service, with the same number for tcp and udp if a port has both.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <optional>
#include <set>
#include <vector>

#include "protocol/wire/packet.h"

namespace ngcshare {

// The first port that every user may bind.
inline constexpr uint16_t kFirstUnprivileged = 1024;

struct BoundPorts {
  std::optional<asio::ip::tcp::acceptor> tcp;  // listening
  std::optional<asio::ip::udp::socket> udp;    // bound
  uint16_t port = 0;
};

// Binds exactly `port` (0 for any). Returns nullopt and sets `error` on failure.
std::optional<BoundPorts> bind_ports(asio::io_context& loop, const asio::ip::address& address,
                                     uint16_t port, TransportSet transports,
                                     asio::error_code& error);

// Returns the port to try after `port` failed, or nullopt after 65535. 0 (any port) stays 0;
// `forbidden` (this user may not bind `port`) adds 8000 to a port below 1024.
std::optional<uint16_t> next_port(uint16_t port, bool forbidden);

// The local ports of a service. They keep the distances that its ports have at the gateway, because
// a program that is given one of them may compute another (a game's query port is the next one).
struct PortBlock {
  struct Port {
    int distance = 0;  // from the first port
    TransportSet transports;
  };
  std::vector<Port> ports;
  std::vector<uint16_t> choices;  // for the first port, the best first; 0 for any
  // Goes on after the last choice until all ports are free; 8000 above it if this user may not bind
  // a port below 1024 (80 becomes 8080).
  bool searches = true;
  // Limits that do not bind the first port at a choice from which nothing is searched.
  uint16_t lowest = 1;
  uint16_t highest = 65535;
  std::set<uint16_t> taken = {};  // by other services, open or not
};

// Binds all ports of a block, in its order. Returns nullopt and sets `error` if it cannot be done.
// Binds nothing at places that the block's distances and limits exclude, because a peer may choose
// the distances.
std::optional<std::vector<BoundPorts>> bind_block(asio::io_context& loop,
                                                  const asio::ip::address& address,
                                                  const PortBlock& block, asio::error_code& error);

}  // namespace ngcshare
