// Where SQLite's exceptions become storage's own.
#pragma once

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

}  // namespace ngcshare::storage
