#include "storage/database/connection.h"

#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/sqlite_error.h"
#include "storage/files/error.h"

namespace ngcshare::storage {

SQLite::Database open_connection(const std::filesystem::path& path, int flags) {
  try {
    // OPEN_URI for copy_of(); an absolute path is no URI.
    return {path.string(), flags | SQLite::OPEN_URI, Database::kBusyTimeoutMs};
  } catch (const SQLite::Exception& error) {
    throw to_storage_error(path, error, 0);
  }
}

void set_checkpoint_on_close(SQLite::Database& connection, bool on) {
  sqlite3_db_config(connection.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on ? 0 : 1, nullptr);
}

FileIdentity identity_of(SQLite::Database& connection) {
  const auto number = [&](const char* sql) { return connection.execAndGet(sql).getUInt(); };
  return {.application_id = number("PRAGMA application_id"),
          .user_version = number("PRAGMA user_version"),
          .schema_cookie = number("PRAGMA schema_version")};
}

void require_sound(SQLite::Database& connection, const std::filesystem::path& file,
                   const char* check) {
  const std::string verdict = connection.execAndGet(check).getString();
  if (verdict == "ok") return;
  throw StorageError(StorageError::Kind::kCorrupt, file, "is damaged (" + verdict + ")",
                     kAdviceCorrupt);
}

bool holds_rows(SQLite::Database& connection) {
  std::vector<std::string> tables;
  SQLite::Statement names(connection,
                          "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
                          "'sqlite\\_%' ESCAPE '\\'");
  while (names.executeStep()) tables.push_back(names.getColumn(0).getString());
  return std::any_of(tables.begin(), tables.end(), [&](const std::string& table) {
    return connection.execAndGet("SELECT EXISTS (SELECT 1 FROM \"" + table + "\")").getInt() != 0;
  });
}

bool has_broken_reference(SQLite::Database& connection) {
  return SQLite::Statement(connection, "PRAGMA foreign_key_check").executeStep();
}

std::vector<std::uint8_t> copy_of(SQLite::Database& connection) {
  // Shared by the two connections of this call alone: a name is forgotten when they are closed.
  static std::atomic<unsigned> number{0};
  const std::string name = "file:/copy-" + std::to_string(++number) + "?vfs=memdb";
  const SQLite::Database copy(name,
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_URI);
  SQLite::Statement vacuum(connection, "VACUUM INTO ?");
  vacuum.bind(1, name);
  vacuum.exec();
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> content(
      sqlite3_serialize(copy.getHandle(), "main", &size, 0), &sqlite3_free);
  if (content == nullptr) throw SQLite::Exception("out of memory", SQLITE_NOMEM);
  return {content.get(), content.get() + size};
}

}  // namespace ngcshare::storage
