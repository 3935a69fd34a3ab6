// `ngcshare run`.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Runs until a signal; the exit code. Throws StorageError, ToxError.
int run_gateway(const RunOptions& options);

}  // namespace ngcshare
