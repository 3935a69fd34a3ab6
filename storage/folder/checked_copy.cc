#include "storage/folder/checked_copy.h"

#include "storage/database/connection.h"
#include "storage/database/file_identity.h"
#include "storage/database/migrations.h"
#include "storage/database/sqlite_error.h"
#include "storage/files/error.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

void require_usable(const std::filesystem::path& source, SQLite::Database& connection) {
  const FileIdentity identity = identity_of(connection);
  require_ours(source, identity, all_migrations().back().version);
  if (identity.application_id != kApplicationId) {
    throw StorageError(Kind::kOther, source, "contains no data of ngcshare",
                       "check that the path is right");
  }
  require_sound(connection, source, "PRAGMA integrity_check(1)");
  if (has_broken_reference(connection)) {
    throw StorageError(Kind::kCorrupt, source, "is damaged (a reference is broken)",
                       kAdviceCorrupt);
  }
}

SQLite::Database open_usable(const std::filesystem::path& source, Source kind) {
  // The file of a new database may be empty, with all of its content in the log.
  if (const auto identity = read_identity(source)) {
    require_ours(source, *identity, all_migrations().back().version);
  }
  const int flags = kind == Source::kBackup ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE;
  SQLite::Database connection = open_connection(std::filesystem::absolute(source), flags);
  guarded(connection, source, [&] { require_usable(source, connection); });
  return connection;
}

// Replaces the advice of open_usable(), which is for a data folder's own database: "move this file
// away" would be wrong for any other file that somebody names.
SQLite::Database open_backup(const std::filesystem::path& source) {
  try {
    return open_usable(source, Source::kBackup);
  } catch (const StorageError& error) {
    if (error.kind() != Kind::kCorrupt && error.kind() != Kind::kOther) throw;
    throw error.with_advice("choose another backup");
  }
}

}  // namespace

std::vector<std::uint8_t> checked_copy(const std::filesystem::path& source, Source kind) {
  SQLite::Database connection =
      kind == Source::kBackup ? open_backup(source) : open_usable(source, kind);
  return guarded(connection, source, [&] { return copy_of(connection); });
}

}  // namespace ngcshare::storage
