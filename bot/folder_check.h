// Whether a data folder can be used, told without making or changing anything in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "bot/problems.h"
#include "storage/inspection.h"

namespace ngcshare {

// Below the first nothing is started: SQLite's log (1 MiB and more while it is written back), the
// copy that is set aside at an upgrade, a second profile.tox while it is replaced, and what others
// write meanwhile must fit, or the folder fails in the middle of a change. Below the second it is
// time to look.
inline constexpr uint64_t kLeastFreeBytes = 16'000'000;
inline constexpr uint64_t kFewFreeBytes = 200'000'000;

struct FolderState {
  bool usable = false;                          // can be read and written, or made
  bool held = false;                            // a gateway runs on it
  bool has_profile = false;                     // an identity is there
  std::optional<storage::Inspection> database;  // nullopt: none is there, or it can't be used
  bool database_failed = false;
};

FolderState check_folder(const std::filesystem::path& folder, Problems& problems);

// Says what is wrong when so many bytes are free where the folder is.
void check_free_space(const std::filesystem::path& folder, uint64_t free_bytes, Problems& problems);

// Whether the identity opens with this passphrase (empty: there is none). `thorough`: tries it,
// which takes about a second. REQUIRES: the folder is usable.
void check_profile(const std::filesystem::path& folder, const std::string& passphrase,
                   bool thorough, Problems& problems);

}  // namespace ngcshare
