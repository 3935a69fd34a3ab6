// Reads which program and version a database file belongs to, without SQLite: merely opening a file
// with SQLite may roll a journal back, but a newer or foreign file must stay unchanged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "storage/files/unique_fd.h"

namespace ngcshare::storage {

inline constexpr std::uint32_t kApplicationId = 0x4e474353;  // "NGCS"

struct FileIdentity {
  std::uint32_t application_id = 0;
  std::uint32_t user_version = 0;
  std::uint32_t schema_cookie = 0;  // 0: never had a table
};

// Reads the first 100 bytes; returns nullopt if the file is empty. Throws StorageError: kUnreadable
// (missing, not permitted, a folder), kCorrupt (not an SQLite file).
// REQUIRES: SQLite has not opened the file yet, because closing it drops the process's locks on it.
std::optional<FileIdentity> read_identity(const std::filesystem::path& path);
// As above, from an open file; `path` is for errors.
std::optional<FileIdentity> read_identity(const UniqueFd& fd, const std::filesystem::path& path);

// Throws StorageError unless the file is ours or blank: kNewer if its version is above `latest`,
// kOther if it belongs to another program.
void require_ours(const std::filesystem::path& path, const FileIdentity& identity,
                  std::uint32_t latest);

}  // namespace ngcshare::storage
