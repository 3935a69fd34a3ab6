// Resolves the address of a service and filters it by the target policy.
#pragma once

#include <asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bot/lookup/name_lookup.h"
#include "bot/services/target_policy.h"

namespace ngcshare {

struct Target {
  std::string host;
  uint16_t port = 0;

  bool operator==(const Target&) const = default;
};

using TargetEndpoints = std::vector<asio::ip::tcp::endpoint>;

struct TargetAddresses {
  TargetEndpoints allowed;
  std::vector<asio::ip::address> refused;  // by the policy
  std::string error;                       // why the name was not found; empty if it was
};

// Returns true if the host is found without a lookup: an address, or localhost.
bool needs_no_lookup(const std::string& host);

// Calls `done` once, with the addresses of the target, unless `lookup` is cancelled first; before
// this returns if needs_no_lookup(). `policy` must outlive the call of `done`.
//
// localhost and 127.0.0.1, the host of a service for which none is given, are both loopback
// addresses, because many a server listens on ::1 only.
void resolve_target(NameLookup& lookup, const TargetPolicy& policy, const Target& target,
                    std::function<void(TargetAddresses)> done);

// Logs a warning if the target has addresses and none of them is allowed.
void warn_if_refused(const Target& target, const TargetAddresses& addresses);

}  // namespace ngcshare
