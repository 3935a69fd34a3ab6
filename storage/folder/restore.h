// Replaces a data folder's database by a backup.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/files/instance_lock.h"

namespace ngcshare::storage {

// Replaces `database`, whatever its state, by a copy of `source`; an older version is upgraded when
// it is next opened. Keeps the previous database with its log beside it; returns its new path, or
// nullopt if there was none. If the process is killed at any moment, either the old or the new
// database is there, complete. Throws StorageError if `source` is missing, not ours, newer than
// this program or damaged (kUnreadable, kOther, kNewer, kCorrupt), if the disk fails, or if another
// program is reading the database (kBusy); then nothing has changed. REQUIRES: `lock` holds the
// database's folder; no Database of this process has either file open.
std::optional<std::filesystem::path> restore(const InstanceLock& lock,
                                             const std::filesystem::path& database,
                                             const std::filesystem::path& source);

}  // namespace ngcshare::storage
