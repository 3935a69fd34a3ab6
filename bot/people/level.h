// A person's level at this gateway.
#pragma once

#include <string_view>

namespace ngcshare {

// The rights of a person here. Each level includes the rights of those before it. A group admin has
// a role in a group, and rights on the services that are shared in that group alone.
enum class Level { kBanned, kMember, kGroupAdmin, kAdmin, kOwner };

constexpr std::string_view to_string(Level level) {
  constexpr std::string_view kNames[] = {"banned", "member", "group admin", "admin", "owner"};
  return kNames[static_cast<int>(level)];
}

}  // namespace ngcshare
