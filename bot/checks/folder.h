// Checks whether a data folder can be used, without creating or changing anything in it.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "bot/options/problems.h"
#include "storage/files/error.h"
#include "storage/folder/data_folder.h"
#include "storage/folder/inspection.h"

namespace ngcshare {

// Below kLeastFreeBytes nothing is started, because all of these must fit, or the folder fails in
// the middle of a change: SQLite's log (1 MiB and more while it is written back), the copy made by
// an upgrade, a second profile.tox while it is replaced, and the writes of other programs
// meanwhile. Below kFewFreeBytes there is a warning.
inline constexpr uint64_t kLeastFreeBytes = 16'000'000;
inline constexpr uint64_t kFewFreeBytes = 200'000'000;

// The gateway must be able to read and write those of these that exist.
inline constexpr std::array<const char*, 5> kFilesOfFolder = {
    kProfileFile, kDatabaseFile, "ngcshare.db-wal", "ngcshare.db-shm", "lock"};

struct FolderState {
  bool usable = false;                          // can be read and written, or created
  bool held = false;                            // a gateway runs on it
  bool has_profile = false;                     // an identity exists and is not empty
  std::optional<storage::Inspection> database;  // nullopt: missing or unusable
  bool database_failed = false;
};

// `new_start`: a lost half of the folder is no problem.
FolderState check_folder(const std::filesystem::path& folder, bool new_start, Problems& problems);

// Returns the error of a start on a folder whose database looks like this and whose profile or
// database is lost, or nullopt if neither is. A log that cannot be read may hold what is missing.
std::optional<storage::StorageError> lost_half(const std::filesystem::path& folder,
                                               const std::optional<storage::Inspection>& database);

// Adds an error or a warning if `free_bytes`, on the disk of `folder`, are too few.
void check_free_space(const std::filesystem::path& folder, uint64_t free_bytes, Problems& problems);

// Adds an error if the identity does not open with this passphrase (empty if there is none). Tries
// a passphrase only if `thorough`, because that takes about a second. REQUIRES: the folder is
// usable.
void check_profile(const std::filesystem::path& folder, const std::string& passphrase,
                   bool thorough, Problems& problems);

}  // namespace ngcshare
