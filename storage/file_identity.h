// Whose database file it is and of which version, told before SQLite touches it: only opening a
// file with SQLite may roll a journal back, and a newer or foreign file is to be left as it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace ngcshare::storage {

inline constexpr std::uint32_t kApplicationId = 0x4e474353;  // "NGCS"

struct FileIdentity {
  std::uint32_t application_id = 0;
  std::uint32_t user_version = 0;
  std::uint32_t schema_cookie = 0;  // 0: never had a table
};

// Reads the first 100 bytes. nullopt: the file is empty. Throws StorageError: kUnreadable (missing,
// not permitted, a folder), kCorrupt (not an SQLite file).
// Closing a file drops the process's locks on it, so call it before SQLite opens the same file.
std::optional<FileIdentity> read_identity(const std::filesystem::path& path);

// Returns when the file is ours or still blank. Throws StorageError: kNewer when its version is
// above `latest`, kOther when it belongs to another program.
void require_ours(const std::filesystem::path& path, const FileIdentity& identity,
                  std::uint32_t latest);

}  // namespace ngcshare::storage
