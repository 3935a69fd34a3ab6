// Decides on which hosts services may be. Loopback is always allowed and every other host must be
// listed, so that an admin who may share cannot open up the gateway's local network.
#pragma once

#include <asio/ip/address.hpp>
#include <asio/ip/network_v4.hpp>
#include <asio/ip/network_v6.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ngcshare {

class TargetPolicy {
 public:
  // Adds `10.0.0.0/8`, `fd00::/8`, `192.0.2.7` or a host name. Returns false for any other text.
  bool allow(std::string_view cidr_or_host);

  // Returns true if a service may name this host: an allowed address, `localhost` or a listed name.
  bool allows_host(const std::string& host) const;
  // Returns true if `address`, to which `host` was resolved, may be connected to. Must be asked for
  // every connection, because a name can later resolve to another address.
  bool allows_address(const std::string& host, const asio::ip::address& address) const;

 private:
  bool lists_host(const std::string& host) const;

  std::vector<asio::ip::network_v4> networks_v4_;
  std::vector<asio::ip::network_v6> networks_v6_;
  std::vector<std::string> hosts_;
};

}  // namespace ngcshare
