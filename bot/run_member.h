// `ngcshare connect`.
#pragma once

#include "bot/options.h"

namespace ngcshare {

// Runs until a signal, or as the options say; the exit code. Throws StorageError, ToxError.
int run_member(const ConnectOptions& options);

}  // namespace ngcshare
