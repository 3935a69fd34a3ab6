// What somebody is: in the group, and to this gateway.
#pragma once

namespace ngcshare {

// The group's own roles, signed by NGC.
enum class Role { kFounder, kModerator, kUser, kObserver };

// What somebody may do here. A higher level may do what a lower one may.
enum class Level { kBanned, kMember, kAdmin, kOwner };

}  // namespace ngcshare
