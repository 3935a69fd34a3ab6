// Host names and HOST:PORT, as people type them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ngcshare {

// Returns true if `host` has the form of a host name or numeric address: 1 to 253 letters, digits,
// '.', '-', '_' and ':', the first no '-'.
bool is_valid_host(std::string_view host);

// Returns true for `localhost` in any case: this machine, by both families, without a name server.
bool is_localhost(std::string_view host);

// The two parts of "HOST:PORT".
struct HostAndPort {
  std::string_view host;   // without brackets; lives as long as the text it was split from
  bool bracketed = false;  // was "[HOST]", as an IPv6 address has to be
  uint16_t port = 0;
};

// Splits at the last colon. Returns nullopt if there is none, or if no port from 1 to 65535 follows
// it. Does not check the host.
std::optional<HostAndPort> split_host_port(std::string_view text);

}  // namespace ngcshare
