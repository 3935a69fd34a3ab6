#include "storage/folder/checked_copy.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <string>

#include "storage/database/file_identity.h"
#include "storage/database/migrations.h"
#include "storage/database/sqlite_error.h"
#include "storage/files/error.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

void require_content(const std::filesystem::path& source, const FileIdentity& identity) {
  require_ours(source, identity, all_migrations().back().version);
  if (identity.application_id != kApplicationId) {
    throw StorageError(Kind::kOther, source, "contains no data of ngcshare",
                       "check that the path is right");
  }
}

void require_sound(const std::filesystem::path& source, SQLite::Database& connection) {
  // Asks SQLite, because the log may hold a newer first page than the file.
  const auto number = [&](const char* sql) { return connection.execAndGet(sql).getUInt(); };
  require_content(source, {.application_id = number("PRAGMA application_id"),
                           .user_version = number("PRAGMA user_version"),
                           .schema_cookie = number("PRAGMA schema_version")});
  const std::string verdict = connection.execAndGet("PRAGMA integrity_check(1)").getString();
  if (verdict != "ok") {
    throw StorageError(Kind::kCorrupt, source, "is damaged (" + verdict + ")", kAdviceCorrupt);
  }
  if (SQLite::Statement(connection, "PRAGMA foreign_key_check").executeStep()) {
    throw StorageError(Kind::kCorrupt, source, "is damaged (a reference is broken)",
                       kAdviceCorrupt);
  }
}

SQLite::Database open_sound(const std::filesystem::path& source, Source kind) {
  // The file of a new database may be empty, with all of its content in the log.
  if (const auto identity = read_identity(source)) {
    require_ours(source, *identity, all_migrations().back().version);
  }
  const int flags = kind == Source::kBackup ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE;
  SQLite::Database connection = open_connection(std::filesystem::absolute(source), flags);
  guarded(connection, source, [&] { require_sound(source, connection); });
  return connection;
}

// The advice of open_sound() is for a data folder's own database: it must not be "move this file
// away" for any other file that somebody names.
SQLite::Database open_backup(const std::filesystem::path& source) {
  try {
    return open_sound(source, Source::kBackup);
  } catch (const StorageError& error) {
    if (error.kind() != Kind::kCorrupt && error.kind() != Kind::kOther) throw;
    throw error.with_advice("choose another backup");
  }
}

}  // namespace

void fill_with_checked_copy(PendingFile& pending, const std::filesystem::path& source,
                            Source kind) {
  SQLite::Database connection =
      kind == Source::kBackup ? open_backup(source) : open_sound(source, kind);
  const std::filesystem::path target = std::filesystem::absolute(pending.temporary_path());
  guarded(connection, target, [&] {
    // VACUUM INTO accepts an empty file, so the copy keeps that file's mode.
    SQLite::Statement copy(connection, "VACUUM INTO ?");
    copy.bind(1, target.string());
    copy.exec();
  });
}

}  // namespace ngcshare::storage
