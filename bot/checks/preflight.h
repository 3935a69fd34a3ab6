// Checks before a gateway starts, so that all problems are reported at once; `ngcshare run --check`
// does only this. Creates, changes and sends nothing; a gateway may be running on the folder.
#pragma once

#include <cstdint>

#include "bot/options/options.h"
#include "bot/options/problems.h"

namespace ngcshare {

inline constexpr const char* kNoGroup =
    "there is no group yet; found one with --create NAME or join one with --join CHAT_ID";

// Adds its findings to `problems`, which holds those of reading the options. `now` is in unix
// seconds. With options.check it also resolves the targets' host names and decrypts the profile,
// which is slow and which a start does anyway.
void check_before_start(const RunOptions& options, int64_t now, Problems& problems);

// Prints warnings and errors, or that the configuration is good. Returns the exit code.
int report_check(const Problems& problems, bool as_json);

}  // namespace ngcshare
