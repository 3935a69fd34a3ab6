#include "bot/member/local_ports.h"

#include <utility>

#include "bot/base/own_socket.h"

namespace ngcshare {
namespace {

constexpr int kPortsTried = 200;
constexpr uint16_t kFirstUnprivileged = 1024;
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

std::optional<BoundPorts> bind_near(asio::io_context& loop, const asio::ip::address& address,
                                    uint16_t preferred, TransportSet transports,
                                    asio::error_code& error) {
  std::optional<uint16_t> port = preferred;
  for (int tried = 0; tried < kPortsTried && port; ++tried) {
    auto bound = bind_ports(loop, address, *port, transports, error);
    if (bound) return bound;
    const bool forbidden = error == asio::error::access_denied;
    if (!forbidden && error != asio::error::address_in_use) return std::nullopt;
    port = next_port(*port, forbidden);
  }
  return std::nullopt;
}

}  // namespace ngcshare
