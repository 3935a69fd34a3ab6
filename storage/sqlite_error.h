// Where SQLite's exceptions become storage's own.
#pragma once

#include <SQLiteCpp/Exception.h>

#include <filesystem>

#include "storage/error.h"

namespace ngcshare::storage {

// `system_error` is sqlite3_system_errno() of the connection, 0 when there is none: SQLite calls
// a full quota or file size limit a plain I/O error, errno tells them apart.
StorageError to_storage_error(const std::filesystem::path& file, const SQLite::Exception& error,
                              int system_error);

}  // namespace ngcshare::storage
