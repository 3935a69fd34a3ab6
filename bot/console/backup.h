// Runs `ngcshare backup` and `ngcshare restore`.
#pragma once

#include "bot/options/options.h"

namespace ngcshare {

// Both return the exit code and throw StorageError. run_backup() also works while a gateway is
// running.
int run_backup(const BackupOptions& options);
// Throws kBusy if a gateway is running.
int run_restore(const RestoreOptions& options);

}  // namespace ngcshare
