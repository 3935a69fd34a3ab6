// A service that a member asks for, as it is typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ngcshare {

// SERVICE[@GATEWAY][=LOCALPORT]. Includes all ports of the service (SPEC.md §6.5); the local port
// is for the first one.
struct WantedService {
  std::string name;
  std::string gateway_prefix;  // upper-case first digits of the gateway's key; empty for any
  std::optional<uint16_t> local_port;  // nullopt for the suggested one or the next free one
};

// Returns nullopt if the text has another form.
std::optional<WantedService> parse_wanted(const std::string& text);

}  // namespace ngcshare
