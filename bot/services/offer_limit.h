// Limits the ports that a gateway offers, because a member accepts a bounded number of Offers from
// each gateway, one per port of a service (SPEC.md §6.5), and ignores further ones silently.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "protocol/wire/packet.h"
#include "storage/values/service_record.h"

namespace ngcshare {

// Counts all services of a group together, also disabled ones and those for listed people only.
inline constexpr size_t kMostPortsInGroup = kMaxOffersHeard;
// Of services in one group alone, when a group admin adds to them. The rest stays with owners,
// whose gateway does not start with a --share that does not fit.
inline constexpr size_t kMostPortsOfGroupAdmins = kMostPortsInGroup / 2;

// Returns why `service` does not fit beside `others` in each of its groups and what would help, or
// nullopt if it fits. A service of the same name in `others` counts as replaced.
std::optional<std::string> exceeds_offers(const storage::ServiceRecord& service,
                                          std::span<const storage::ServiceRecord> others);

}  // namespace ngcshare
