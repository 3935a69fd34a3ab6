// Opens SQLite connections, and checks and copies databases through them. The functions that take a
// connection throw SQLite::Exception if SQLite fails: call them inside guarded().
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <filesystem>
#include <vector>

#include "storage/database/file_identity.h"

namespace ngcshare::storage {

// Opens a database with SQLite's open `flags`. Throws StorageError.
SQLite::Database open_connection(const std::filesystem::path& path, int flags);

// Sets whether closing the last connection to the database writes its log back and removes it.
void set_checkpoint_on_close(SQLite::Database& connection, bool on);

// Returns the identity including the log, which can hold a newer first page than read_identity()
// has seen in the file.
FileIdentity identity_of(SQLite::Database& connection);

// Runs the PRAGMA `check` (quick_check or integrity_check). Throws StorageError kCorrupt naming
// `file` if it finds damage.
void require_sound(SQLite::Database& connection, const std::filesystem::path& file,
                   const char* check);

// Returns true if any table has a row.
bool holds_rows(SQLite::Database& connection);

// Returns true if a foreign key refers to a missing row.
bool has_broken_reference(SQLite::Database& connection);

// Returns a consistent, compacted copy, made in memory: SQLite writes to files by their paths,
// which somebody may change meanwhile.
std::vector<std::uint8_t> copy_of(SQLite::Database& connection);

}  // namespace ngcshare::storage
