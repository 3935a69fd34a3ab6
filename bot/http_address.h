// Where to serve HTTP, as people type it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ngcshare {

struct HttpAddress {
  std::string ip;
  uint16_t port = 0;

  bool operator==(const HttpAddress&) const = default;
};

// "9464", "0.0.0.0:9464" or "[::1]:9464"; without an address it is 127.0.0.1. nullopt: none of
// these.
std::optional<HttpAddress> parse_http_address(std::string_view text);

// "http://127.0.0.1:9464/", for a browser on the same machine: the address that stands for all of
// them is replaced by loopback's.
std::string to_url(const HttpAddress& address);

}  // namespace ngcshare
