// A data folder: one process at a time, the Tox identity in profile.tox, everything else in
// ngcshare.db.
#pragma once

#include <filesystem>
#include <vector>

#include "storage/database.h"
#include "storage/instance_lock.h"

namespace ngcshare {

inline constexpr const char* kDatabaseFile = "ngcshare.db";
inline constexpr const char* kProfileFile = "profile.tox";

// Makes the folder (mode 0700) if need be and locks it. Throws storage::StorageError, kBusy when
// another ngcshare works on it.
storage::InstanceLock lock_data_folder(const std::filesystem::path& path);

class DataFolder {
 public:
  // Makes the folder if need be, locks it and opens the database. Throws storage::StorageError.
  explicit DataFolder(const std::filesystem::path& path);

  // Empty when there is no profile yet.
  std::vector<uint8_t> load_profile() const;
  // Replaces it atomically.
  void save_profile(const std::vector<uint8_t>& savedata) const;

  storage::Database& database() { return database_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  storage::InstanceLock lock_;
  storage::Database database_;
};

}  // namespace ngcshare
