// The step that backing up and restoring share. Only those two include this.
#pragma once

#include <filesystem>

#include "storage/atomic_file.h"

namespace ngcshare::storage {

enum class SourceAccess { kReadOnly, kReadWrite };

// Fills `pending` with a consistent copy of the database at `source`, without committing it.
// kReadOnly leaves the source's folder alone as far as SQLite can; with kReadWrite SQLite tidies up
// behind itself. Throws StorageError when the source is missing, holds nothing of ours, is newer
// than this program or damaged, and when the copy can't be written.
// REQUIRES: no Database of this process has the source open.
void fill_with_checked_copy(PendingFile& pending, const std::filesystem::path& source,
                            SourceAccess access);

}  // namespace ngcshare::storage
