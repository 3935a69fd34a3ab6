// Which hosts services may stand on. Loopback is always allowed, everything else must be listed, so
// that nobody who may share can reach into the network the gateway stands in.
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
  // Adds `10.0.0.0/8`, `fd00::/8`, `192.0.2.7` or a host name. False when it is none of them.
  bool allow(std::string_view cidr_or_host);

  // Whether a service may name this host: an allowed address, `localhost` or a listed name.
  bool allows_host(const std::string& host) const;
  // Whether what `host` was resolved to may be connected to; asked at every connection, since a
  // name can come to mean something else.
  bool allows_address(const std::string& host, const asio::ip::address& address) const;

 private:
  bool lists_host(const std::string& host) const;

  std::vector<asio::ip::network_v4> networks_v4_;
  std::vector<asio::ip::network_v6> networks_v6_;
  std::vector<std::string> hosts_;
};

}  // namespace ngcshare
