// Decides on which hosts services may be. Loopback is always allowed and every other host must be
// listed, so that an admin who may share cannot open up the gateway's local network.
//
// The owner of a listed name's DNS zone decides what the name resolves to. The name is therefore
// worth less than an address: it reaches public addresses, and private ones only if it is a name of
// the local network. Loopback, link-local and other special addresses have to be listed themselves.
#pragma once

#include <asio/ip/address.hpp>
#include <asio/ip/network_v4.hpp>
#include <asio/ip/network_v6.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ngcshare {

class TargetPolicy {
 public:
  // Adds a network (`10.0.0.0/8`, `fd00::/8`), an address, a host name, or a host name with the
  // only network or address to which it may resolve (`nas.example.com=192.168.1.0/24`). Returns
  // false for any other text.
  bool allow(std::string_view text);

  // Returns true if a service may name this host: an allowed address, `localhost` or a listed name.
  bool allows_host(const std::string& host) const;
  // Returns true if `address`, to which `host` was resolved, may be connected to. Must be asked for
  // every connection, because a name can later resolve to another address.
  bool allows_address(const std::string& host, const asio::ip::address& address) const;

 private:
  using Network = std::variant<asio::ip::network_v4, asio::ip::network_v6>;
  struct Host {
    std::string name;                // in lower case
    std::optional<Network> network;  // the only one to which it may resolve
  };

  static std::optional<Network> parse_network(const std::string& text);
  static bool admits(const Network& network, const asio::ip::address& address);

  std::vector<Network> networks_;
  std::vector<Host> hosts_;
};

// Returns text that says why `address`, to which `host` was resolved, may not be connected to, and
// after "; " which flag would permit it.
std::string address_not_allowed(const std::string& host, const asio::ip::address& address);

}  // namespace ngcshare
