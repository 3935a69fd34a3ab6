// A service that a member asks for, as it is typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ngcshare {

// SERVICE[@GATEWAY][=LOCALPORT]. It comes with all its ports (SPEC.md §6.5); the local port is that
// of the first.
struct WantedService {
  std::string name;
  std::string gateway_prefix;          // upper-case digits of the gateway's key; empty: any
  std::optional<uint16_t> local_port;  // nullopt: near the suggested one
};

// Returns nullopt if the text has another form.
std::optional<WantedService> parse_wanted(const std::string& text);

}  // namespace ngcshare
