// Resolves the address of a service and filters it by the target policy.
#pragma once

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bot/services/target_policy.h"

namespace ngcshare {

struct Target {
  std::string host;
  uint16_t port = 0;

  bool operator==(const Target&) const = default;
};

using TargetEndpoints = std::vector<asio::ip::tcp::endpoint>;

// Calls `done` once with the addresses that `policy` allows, which may be none if the host cannot
// be resolved; never if `resolver` is cancelled. For a numeric host or localhost `done` is called
// before this returns. `policy` must outlive the call of `done`.
void resolve_target(asio::ip::tcp::resolver& resolver, const TargetPolicy& policy,
                    const Target& target, std::function<void(TargetEndpoints)> done);

}  // namespace ngcshare
