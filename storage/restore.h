// The way back from a backup.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/instance_lock.h"

namespace ngcshare::storage {

// Puts a copy of `source` in the place of `database`, whatever state that one is in; an older
// version is upgraded when it is next opened. What was there is set aside beside it, log and all;
// its path, nullopt if there was nothing. Killed at any moment, the one or the other is there,
// whole. Throws StorageError when `source` is missing, not ours, newer than this program or damaged
// (kOther, kNewer, kCorrupt), when the disk fails, and kBusy when another program reads the
// database; then nothing has changed. REQUIRES: `lock` holds the database's folder; no Database of
// this process has either file open.
std::optional<std::filesystem::path> restore(const InstanceLock& lock,
                                             const std::filesystem::path& database,
                                             const std::filesystem::path& source);

}  // namespace ngcshare::storage
