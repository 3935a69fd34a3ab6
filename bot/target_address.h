// Where a service stands, and which of its addresses may be connected to.
#pragma once

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bot/target_policy.h"

namespace ngcshare {

struct Target {
  std::string host;
  uint16_t port = 0;

  bool operator==(const Target&) const = default;
};

using TargetEndpoints = std::vector<asio::ip::tcp::endpoint>;

// Calls `done` once with the addresses that `policy` allows, from inside for a numeric host; not at
// all when `resolver` is cancelled. `policy` outlives that. None: there are none, or no answer.
void resolve_target(asio::ip::tcp::resolver& resolver, const TargetPolicy& policy,
                    const Target& target, std::function<void(TargetEndpoints)> done);

}  // namespace ngcshare
