// What several groups of commands need.
#pragma once

#include <optional>
#include <string_view>

#include "bot/commands.h"
#include "bot/words.h"

namespace ngcshare {

// Whoever asks in a group hears of that group's services only.
inline std::optional<storage::ServiceRecord> find_here(const Services& services,
                                                       std::string_view name, const Asker& asker) {
  auto record = services.find(name);
  const bool elsewhere = record && asker.chat_id && !is_offered_in(*record, *asker.chat_id);
  return elsewhere ? std::nullopt : record;
}

inline Answer unknown_service(std::string_view name) {
  return refuse("nothing called " + printable(name) + " is shared here; see services");
}

}  // namespace ngcshare
