// Binds local ports for a service, with the same number for tcp and udp if it has both.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <optional>

#include "protocol/wire/packet.h"

namespace ngcshare {

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

// Binds `preferred` (0 for any) or the next free port after it; if this user may not bind a port
// below 1024, continues 8000 above it (80 becomes 8080). Returns nullopt and sets `error` if no
// port could be bound.
std::optional<BoundPorts> bind_near(asio::io_context& loop, const asio::ip::address& address,
                                    uint16_t preferred, TransportSet transports,
                                    asio::error_code& error);

}  // namespace ngcshare
