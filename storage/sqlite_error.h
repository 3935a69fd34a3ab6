// Where SQLite's exceptions become storage's own.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <filesystem>

#include "storage/error.h"

namespace ngcshare::storage {

// `system_error` is the errno value behind it, 0 when unknown: SQLite calls an exceeded quota or
// file size limit a plain I/O error, errno tells them apart.
StorageError to_storage_error(const std::filesystem::path& file, const SQLite::Exception& error,
                              int system_error);

// The errno value behind `error`, as far as the connection knows.
int system_error_behind(const SQLite::Exception& error, sqlite3* connection);

// Throws StorageError. `flags` are SQLite's for opening.
SQLite::Database open_connection(const std::filesystem::path& path, int flags);

// Whether the last one to close a database writes its log back and removes it.
void set_checkpoint_on_close(SQLite::Database& connection, bool on);

// Runs `action` on the connection; `file` is the one to blame when it fails.
template <class Action>
decltype(auto) guarded(const SQLite::Database& connection, const std::filesystem::path& file,
                       Action&& action) {
  try {
    return action();
  } catch (const SQLite::Exception& error) {
    throw to_storage_error(file, error, system_error_behind(error, connection.getHandle()));
  }
}

}  // namespace ngcshare::storage
