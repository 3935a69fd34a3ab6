// Checks offline whether the machine's clock can be right: a clock that is far off makes bans,
// claim tokens and the log wrong, and nobody notices until somebody complains.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "bot/options/problems.h"

namespace ngcshare {

// Adds an error if the clock is more than a day behind the build, the newest file or the latest
// command, or after 2099. `now`, `built` and `newest_audit` are unix seconds. The folder may be
// missing. The day allows for corrected clocks and for files from a machine whose clock is a little
// ahead.
void check_clock(int64_t now, int64_t built, const std::filesystem::path& folder,
                 std::optional<int64_t> newest_audit, Problems& problems);

// Returns when this program was built, or its release date if the build is reproducible.
int64_t build_time();

}  // namespace ngcshare
