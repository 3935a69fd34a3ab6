#include "storage/checked_copy.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <string>

#include "storage/error.h"
#include "storage/file_identity.h"
#include "storage/migrations.h"
#include "storage/sqlite_error.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

void require_content(const std::filesystem::path& source, const FileIdentity& identity) {
  require_ours(source, identity, all_migrations().back().version);
  if (identity.application_id != kApplicationId) {
    throw StorageError(Kind::kOther, source, "holds nothing of ngcshare", "choose another file");
  }
}

void require_sound(const std::filesystem::path& source, SQLite::Database& connection) {
  // The log may hold a newer first page than the file.
  const auto number = [&](const char* sql) { return connection.execAndGet(sql).getUInt(); };
  require_content(source, {.application_id = number("PRAGMA application_id"),
                           .user_version = number("PRAGMA user_version"),
                           .schema_cookie = number("PRAGMA schema_version")});
  const std::string verdict = connection.execAndGet("PRAGMA integrity_check(1)").getString();
  if (verdict != "ok") {
    throw StorageError(Kind::kCorrupt, source, "is damaged (" + verdict + ")",
                       "choose another copy");
  }
  if (SQLite::Statement(connection, "PRAGMA foreign_key_check").executeStep()) {
    throw StorageError(Kind::kCorrupt, source, "is damaged (a reference is broken)",
                       "choose another copy");
  }
}

}  // namespace

void fill_with_checked_copy(PendingFile& pending, const std::filesystem::path& source,
                            SourceAccess access) {
  // Of a database that was just made all may still be in the log, and the file be empty.
  if (const auto identity = read_identity(source)) {
    require_ours(source, *identity, all_migrations().back().version);
  }
  const int flags =
      access == SourceAccess::kReadOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE;
  SQLite::Database connection = open_connection(std::filesystem::absolute(source), flags);
  guarded(connection, source, [&] { require_sound(source, connection); });
  const std::filesystem::path target = std::filesystem::absolute(pending.temporary_path());
  guarded(connection, target, [&] {
    // VACUUM INTO accepts an empty file, which is how the copy keeps its mode.
    SQLite::Statement copy(connection, "VACUUM INTO ?");
    copy.bind(1, target.string());
    copy.exec();
  });
}

}  // namespace ngcshare::storage
