// A service that a member asks for, as it is typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace ngcshare {

// SERVICE[@GATEWAY][=LOCALPORT]. Includes all ports of the service (SPEC.md §6.5); the local port
// is for the first one. GATEWAY is 16 or more digits of its key.
struct WantedService {
  std::string name;
  // Upper-case first digits of the gateway's key, kTrustedDigits or more; empty for any.
  std::string gateway_prefix;
  std::optional<uint16_t> local_port;  // nullopt for the suggested one or the next free one
};

// One line that names the error and what to type instead.
struct WantedError {
  std::string text;
};

std::variant<WantedService, WantedError> parse_wanted(const std::string& text);

}  // namespace ngcshare
