// Roles in a Tox group.
#pragma once

namespace ngcshare {

// A member's role, signed by the group's founder or a moderator (NGC).
enum class Role { kFounder, kModerator, kUser, kObserver };

}  // namespace ngcshare
