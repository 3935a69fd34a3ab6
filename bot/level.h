// The level of a person: their rights at this gateway.
#pragma once

#include <string_view>

namespace ngcshare {

// A higher level includes the rights of all lower ones.
enum class Level { kBanned, kMember, kAdmin, kOwner };

constexpr std::string_view to_string(Level level) {
  constexpr std::string_view kNames[] = {"banned", "member", "admin", "owner"};
  return kNames[static_cast<int>(level)];
}

}  // namespace ngcshare
