#include "bot/member/local_ports.h"

#include <algorithm>
#include <utility>

#include "bot/base/own_socket.h"

namespace ngcshare {
namespace {

constexpr int kPortsTried = 200;
constexpr uint16_t kUnprivilegedOffset = 8000;

template <typename Socket>
bool open_and_bind(Socket& socket, const typename Socket::endpoint_type& endpoint,
                   asio::error_code& error) {
  socket.open(endpoint.protocol(), error);
  if (error) return false;
  mark_as_own(socket);
  socket.bind(endpoint, error);
  return !error;
}

// Returns true if a port may not be bound, whether it is free or not.
bool is_excluded(const PortBlock& block, int port, bool is_choice) {
  if (port < 1 || port > 65535) return true;
  if (is_choice) return false;
  return port < block.lowest || port > block.highest ||
         (block.is_taken && block.is_taken(static_cast<uint16_t>(port)));
}

// Binds a block whose first port is `first`. Otherwise sets `error` and `failed`, the port for
// which it cannot be done.
std::optional<std::vector<BoundPorts>> try_block(asio::io_context& loop,
                                                 const asio::ip::address& address,
                                                 const PortBlock& block, uint16_t first,
                                                 bool is_choice, int& failed,
                                                 asio::error_code& error) {
  std::vector<BoundPorts> bound;
  for (const PortBlock::Port& port : block.ports) {
    failed = first + port.distance;
    const bool any = first == 0 && port.distance == 0;
    if (!any && is_excluded(block, failed, is_choice && port.distance == 0)) {
      const bool too_low = failed < block.lowest && failed < kFirstUnprivileged;
      error = too_low ? asio::error::access_denied : asio::error::address_in_use;
      return std::nullopt;
    }
    auto one = bind_ports(loop, address, static_cast<uint16_t>(failed), port.transports, error);
    if (!one) return std::nullopt;
    bound.push_back(std::move(*one));
  }
  return bound;
}

}  // namespace

std::optional<BoundPorts> bind_ports(asio::io_context& loop, const asio::ip::address& address,
                                     uint16_t port, TransportSet transports,
                                     asio::error_code& error) {
  BoundPorts bound;
  if (transports.tcp) {
    asio::ip::tcp::acceptor acceptor(loop);
    const asio::ip::tcp::endpoint endpoint(address, port);
    acceptor.open(endpoint.protocol(), error);
    if (error) return std::nullopt;
    mark_as_own(acceptor);
    // Allows binding a port on which connections of an earlier run are still in TIME_WAIT.
    acceptor.set_option(asio::socket_base::reuse_address(true), error);
    acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) return std::nullopt;
    port = acceptor.local_endpoint().port();
    bound.tcp.emplace(std::move(acceptor));
  }
  if (transports.udp) {
    asio::ip::udp::socket socket(loop);
    if (!open_and_bind(socket, {address, port}, error)) return std::nullopt;
    port = socket.local_endpoint().port();
    bound.udp.emplace(std::move(socket));
  }
  bound.port = port;
  return bound;
}

std::optional<uint16_t> next_port(uint16_t port, bool forbidden) {
  if (port == 0) return port;
  if (port == 65535) return std::nullopt;
  const bool raise = forbidden && port < kFirstUnprivileged;
  return static_cast<uint16_t>(port + (raise ? kUnprivilegedOffset : 1));
}

std::optional<std::vector<BoundPorts>> bind_block(asio::io_context& loop,
                                                  const asio::ip::address& address,
                                                  const PortBlock& block, asio::error_code& error) {
  for (const uint16_t choice : block.choices) {
    const bool searches = block.searches && choice == block.choices.back();
    int first = choice;
    for (int tried = 0; tried < (searches ? kPortsTried : 1) && first <= 65535; ++tried) {
      int failed = 0;
      auto bound =
          try_block(loop, address, block, static_cast<uint16_t>(first), !searches, failed, error);
      if (bound) return bound;
      const bool forbidden = error == asio::error::access_denied;
      if (!forbidden && error != asio::error::address_in_use) return std::nullopt;
      if (failed > 65535) break;
      const int tried_port = std::max(failed, 0);
      first += next_port(static_cast<uint16_t>(tried_port), forbidden).value_or(0) - tried_port;
      if (first <= choice && choice != 0) break;
    }
  }
  return std::nullopt;
}

}  // namespace ngcshare
