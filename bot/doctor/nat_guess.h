// Guesses the NAT between this machine and the internet from how nodes see one of its sockets.
#pragma once

#include <asio/ip/address.hpp>
#include <asio/ip/udp.hpp>
#include <cstdint>
#include <optional>
#include <vector>

namespace ngcshare {

struct NatGuess {
  enum class Kind {
    kUnknown,    // no node has answered
    kNone,       // nodes see an address of this machine
    kSomeNat,    // one node has answered: others may see another port
    kKeepsPort,  // all see the same port, the socket's own
    kSamePort,   // all see the same port: mapping independent of the endpoint ("cone")
    kChanging,   // nodes see different ports: mapping by endpoint ("symmetric")
  };
  Kind kind = Kind::kUnknown;
  size_t nodes = 0;                               // that have answered
  std::optional<asio::ip::udp::endpoint> seen{};  // the first answer
};

// `seen`: one per node that answered. `own_port`: the socket's port. `own`: this machine's
// addresses.
NatGuess guess_nat(const std::vector<asio::ip::udp::endpoint>& seen, uint16_t own_port,
                   const std::vector<asio::ip::address>& own);

// Returns the addresses of all interfaces that are up.
std::vector<asio::ip::address> local_addresses();

}  // namespace ngcshare
