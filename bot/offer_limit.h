// How much one gateway can offer: a member takes in a bounded number of Offers from each, and each
// port of a service is one (SPEC.md §6.5). What is beyond would silently not be seen.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "protocol/packet.h"
#include "storage/service_record.h"

namespace ngcshare {

// Of all services of a group together, whether they are on or off, and for whomever.
inline constexpr size_t kMostPortsInGroup = kMaxOffersHeard;

// Why `service` can't stand beside the others in all groups that it is for, with what would help;
// nullopt: it can. One of `others` with its name counts as replaced.
std::optional<std::string> exceeds_offers(const storage::ServiceRecord& service,
                                          std::span<const storage::ServiceRecord> others);

}  // namespace ngcshare
