// Opens a data folder: used by one process at a time, with the Tox identity in profile.tox and
// everything else in ngcshare.db.
#pragma once

#include <filesystem>
#include <vector>

#include "storage/database/database.h"
#include "storage/files/instance_lock.h"

namespace ngcshare {

inline constexpr const char* kDatabaseFile = "ngcshare.db";
inline constexpr const char* kProfileFile = "profile.tox";

// Creates the folder (mode 0700) if needed and locks it. Throws storage::StorageError, kBusy if
// another ngcshare uses it.
storage::InstanceLock lock_data_folder(const std::filesystem::path& path);

class DataFolder {
 public:
  // Creates the folder if needed, locks it and opens the database. Throws storage::StorageError.
  explicit DataFolder(const std::filesystem::path& path);

  // Returns the profile, empty if there is none yet.
  std::vector<uint8_t> load_profile() const;
  // Replaces the profile atomically.
  void save_profile(const std::vector<uint8_t>& savedata) const;

  storage::Database& database() { return database_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  storage::InstanceLock lock_;
  storage::Database database_;
};

}  // namespace ngcshare
