// Copies a database after checking it. Only backup.cc and restore.cc include this.
#pragma once

#include <filesystem>

#include "storage/files/atomic_file.h"

namespace ngcshare::storage {

enum class Source {
  kDatabase,  // a data folder's: SQLite may write its log back
  kBackup,    // opened read-only; SQLite leaves its folder unchanged as far as it can
};

// Fills `pending` with a consistent copy of the database at `source`, without committing it. Throws
// StorageError if the source is missing, holds nothing of ours, is newer than this program or
// damaged, or if the copy cannot be written.
// REQUIRES: no Database of this process has the source open.
void fill_with_checked_copy(PendingFile& pending, const std::filesystem::path& source, Source kind);

}  // namespace ngcshare::storage
