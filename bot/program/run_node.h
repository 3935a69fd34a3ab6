// Runs `ngcshare node`, a boot node.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Runs until a signal and returns the exit code. Throws StorageError, ToxError.
int run_node(const NodeOptions& options);

}  // namespace ngcshare
