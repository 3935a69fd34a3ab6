// Copies a database after checking it. Only backup.cc and restore.cc include this.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace ngcshare::storage {

enum class Source {
  kDatabase,  // a data folder's: SQLite may write its log back
  kBackup,    // opened read-only; SQLite leaves its folder unchanged as far as it can
};

// Returns a consistent copy of the database at `source`. Throws StorageError if the source is
// missing, holds nothing of ours, is newer than this program or damaged.
// REQUIRES: no Database of this process has the source open.
std::vector<std::uint8_t> checked_copy(const std::filesystem::path& source, Source kind);

}  // namespace ngcshare::storage
