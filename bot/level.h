// What somebody is: in the group, and to this gateway.
#pragma once

#include <string_view>

namespace ngcshare {

// The group's own roles, signed by NGC.
enum class Role { kFounder, kModerator, kUser, kObserver };

// What somebody may do here. A higher level may do what a lower one may.
enum class Level { kBanned, kMember, kAdmin, kOwner };

constexpr std::string_view to_string(Level level) {
  constexpr std::string_view kNames[] = {"banned", "member", "admin", "owner"};
  return kNames[static_cast<int>(level)];
}

}  // namespace ngcshare
