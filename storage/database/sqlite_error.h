// Turns SQLite's exceptions into StorageError.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <filesystem>

#include "storage/files/error.h"

namespace ngcshare::storage {

// Converts `error`. `system_error` is the errno value behind it, 0 if unknown: SQLite reports an
// exceeded quota or file size limit as a plain I/O error, and errno tells them apart.
StorageError to_storage_error(const std::filesystem::path& file, const SQLite::Exception& error,
                              int system_error);

// Returns the errno value behind `error`, or 0 if the connection does not know it.
int system_error_behind(const SQLite::Exception& error, sqlite3* connection);

// Runs `action`, which uses the connection. Throws StorageError naming `file` if SQLite fails.
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
