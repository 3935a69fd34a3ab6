// `ngcshare backup` and `ngcshare restore`.
#pragma once

#include "bot/options.h"

namespace ngcshare {

// Both give an exit code and throw StorageError. A gateway may run meanwhile.
int run_backup(const BackupOptions& options);
// Throws kBusy when a gateway runs.
int run_restore(const RestoreOptions& options);

}  // namespace ngcshare
