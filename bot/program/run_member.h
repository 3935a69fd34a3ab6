// Implements `ngcshare connect`.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Runs until a signal or the end that the options define; returns the exit code. Throws
// StorageError and ToxError.
int run_member(const ConnectOptions& options);

}  // namespace ngcshare
