// A person's role in the group and level at this gateway.
#pragma once

#include <string_view>

namespace ngcshare {

// The group's own roles, which NGC signs.
enum class Role { kFounder, kModerator, kUser, kObserver };

// What a person may do here. Each level includes the rights of those before it.
enum class Level { kBanned, kMember, kAdmin, kOwner };

constexpr std::string_view to_string(Level level) {
  constexpr std::string_view kNames[] = {"banned", "member", "admin", "owner"};
  return kNames[static_cast<int>(level)];
}

}  // namespace ngcshare
