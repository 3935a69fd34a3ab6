#include "bot/member/local_ports.h"

#include <algorithm>
#include <tuple>
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
         block.taken.contains(static_cast<uint16_t>(port));
}

// Tries the places of a block. Remembers the ports that it could not bind, so that none of them
// makes it bind the others again in vain.
class BlockBinder {
 public:
  BlockBinder(asio::io_context& loop, const asio::ip::address& address, const PortBlock& block)
      : loop_(loop), address_(address), block_(block) {}

  // Binds the block so that its first port is `first`. Otherwise sets `error` and `failed`, the
  // port for which it cannot be done.
  std::optional<std::vector<BoundPorts>> try_place(uint16_t first, bool is_choice, int& failed,
                                                   asio::error_code& error) {
    if (is_impossible(first, is_choice, failed, error)) return std::nullopt;
    std::vector<BoundPorts> bound;
    for (const PortBlock::Port& port : block_.ports) {
      failed = first + port.distance;
      auto one = bind_ports(loop_, address_, static_cast<uint16_t>(failed), port.transports, error);
      if (one && failed == 0 && block_.taken.contains(one->port)) {
        error = asio::error::address_in_use;
        return std::nullopt;
      }
      if (!one) {
        if (error == asio::error::address_in_use) in_use_.insert(key_of(failed, port));
        return std::nullopt;
      }
      bound.push_back(std::move(*one));
    }
    return bound;
  }

 private:
  using InUse = std::tuple<int, bool, bool>;
  static InUse key_of(int number, const PortBlock::Port& port) {
    return {number, port.transports.tcp, port.transports.udp};
  }
  static bool is_any(uint16_t first, const PortBlock::Port& port) {
    return first == 0 && port.distance == 0;
  }

  // Does not bind anything.
  bool is_impossible(uint16_t first, bool is_choice, int& failed, asio::error_code& error) const {
    for (const PortBlock::Port& port : block_.ports) {
      if (is_any(first, port)) continue;
      failed = first + port.distance;
      if (is_excluded(block_, failed, is_choice && port.distance == 0)) {
        const bool too_low = failed < block_.lowest && failed < kFirstUnprivileged;
        error = too_low ? asio::error::access_denied : asio::error::address_in_use;
        return true;
      }
      if (in_use_.contains(key_of(failed, port))) {
        error = asio::error::address_in_use;
        return true;
      }
    }
    return false;
  }

  asio::io_context& loop_;
  const asio::ip::address& address_;
  const PortBlock& block_;
  std::set<InUse> in_use_;  // by other programs
};

// Returns true if two ports of the block are at the same distance, so that it can be nowhere.
bool collides(const PortBlock& block) {
  std::set<std::pair<int, bool>> seen;
  return std::any_of(block.ports.begin(), block.ports.end(), [&](const PortBlock::Port& port) {
    return (port.transports.tcp && !seen.emplace(port.distance, true).second) ||
           (port.transports.udp && !seen.emplace(port.distance, false).second);
  });
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
  if (collides(block)) {
    error = asio::error::address_in_use;
    return std::nullopt;
  }
  BlockBinder binder(loop, address, block);
  for (const uint16_t choice : block.choices) {
    const bool searches = block.searches && choice == block.choices.back();
    int first = choice;
    for (int tried = 0; tried < (searches ? kPortsTried : 1) && first <= 65535; ++tried) {
      int failed = 0;
      auto bound = binder.try_place(static_cast<uint16_t>(first), !searches, failed, error);
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
