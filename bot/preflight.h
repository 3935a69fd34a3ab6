// What is looked at before a gateway starts anything, so that all that is wrong is told at once,
// and by `ngcshare run --check` alone. Nothing is made or changed, nothing is sent, and a gateway
// may run on the folder.
#pragma once

#include <cstdint>

#include "bot/options.h"
#include "bot/problems.h"

namespace ngcshare {

inline constexpr const char* kNoGroup =
    "there is no group yet; found one with --create NAME or join one with --join";

// Adds to what reading the options has found. `now` is in unix seconds. With options.check also
// what takes long (names of targets, the passphrase): a start finds that out for itself.
void check_before_start(const RunOptions& options, int64_t now, Problems& problems);

// Prints what was found, warnings apart, or that the configuration is good; the exit code.
int report_check(const Problems& problems, bool as_json);

}  // namespace ngcshare
