// Whether the machine's clock can be right, without asking anybody: a clock that is far off makes
// bans, claims and the log wrong, and nothing of it is seen before somebody complains.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "bot/problems.h"

namespace ngcshare {

// `now`, `built` and `newest_audit` are unix seconds. The folder may be missing. A day is allowed,
// for clocks that were set, and for copies from a machine whose clock is a little ahead.
void check_clock(int64_t now, int64_t built, const std::filesystem::path& folder,
                 std::optional<int64_t> newest_audit, Problems& problems);

// When this program was built, or the date of its release where the build is to be reproducible.
int64_t build_time();

}  // namespace ngcshare
