// Parses the address to serve HTTP at, and makes its URL.
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

// Accepts "9464" (at 127.0.0.1), "0.0.0.0:9464" and "[::1]:9464"; returns nullopt for other text.
std::optional<HttpAddress> parse_http_address(std::string_view text);

// Returns "http://127.0.0.1:9464/", for a browser on the same machine: a wildcard address is
// replaced by the loopback address.
std::string to_url(const HttpAddress& address);

}  // namespace ngcshare
