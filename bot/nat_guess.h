// What stands between this machine and the internet, guessed from how nodes out there see one of
// its sockets.
#pragma once

#include <asio/ip/address.hpp>
#include <asio/ip/udp.hpp>
#include <cstdint>
#include <optional>
#include <vector>

namespace ngcshare {

struct NatGuess {
  enum class Kind {
    kUnknown,    // nobody has told
    kNone,       // others see an address of this machine
    kSomeNat,    // one node has told: whether others see the same is not known
    kKeepsPort,  // all see the same port, and it is the socket's own
    kSamePort,   // all see the same port: mapping independent of the endpoint ("cone")
    kChanging,   // they see different ones: mapping by endpoint ("symmetric")
  };
  Kind kind = Kind::kUnknown;
  size_t nodes = 0;                               // that have told
  std::optional<asio::ip::udp::endpoint> seen{};  // as the first one told
};

// `seen`: one for each node that has told. `own_port`: the socket's. `own`: this machine's
// addresses.
NatGuess guess_nat(const std::vector<asio::ip::udp::endpoint>& seen, uint16_t own_port,
                   const std::vector<asio::ip::address>& own);

// Of all interfaces that are up.
std::vector<asio::ip::address> local_addresses();

}  // namespace ngcshare
