// Binding a service to a local port: the same number for tcp and udp where it has both.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <optional>

#include "protocol/packet.h"

namespace ngcshare {

struct BoundPorts {
  std::optional<asio::ip::tcp::acceptor> tcp;  // listening
  std::optional<asio::ip::udp::socket> udp;    // bound
  uint16_t port = 0;
};

// Binds exactly `port` (0: any). nullopt and `error` when it cannot be had.
std::optional<BoundPorts> bind_ports(asio::io_context& loop, const asio::ip::address& address,
                                     uint16_t port, TransportSet transports,
                                     asio::error_code& error);

// What is tried when `port` could not be had; nullopt: nothing is left. 0, any, stays 0.
std::optional<uint16_t> next_port(uint16_t port, bool forbidden);

// Binds `preferred` or the next free port after it; a preferred port below 1024 that this user may
// not have is looked for from 8000 up (80 becomes 8080). 0: any. nullopt: none was free.
std::optional<BoundPorts> bind_near(asio::io_context& loop, const asio::ip::address& address,
                                    uint16_t preferred, TransportSet transports,
                                    asio::error_code& error);

}  // namespace ngcshare
