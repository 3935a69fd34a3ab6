// Opens a data folder: used by one process at a time, with the Tox identity in profile.tox and
// everything else in ngcshare.db.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "storage/database/database.h"
#include "storage/files/error.h"
#include "storage/files/instance_lock.h"

namespace ngcshare {

inline constexpr const char* kDatabaseFile = "ngcshare.db";
inline constexpr const char* kProfileFile = "profile.tox";

// Creates the folder (mode 0700) if needed and locks it. Throws storage::StorageError, kBusy if
// another ngcshare uses it.
storage::InstanceLock lock_data_folder(const std::filesystem::path& path);

// The profile and the database belong together. A folder in which one of them is missing or empty,
// although the other is in use, is damaged and no new start: without the database, a service for
// listed persons would be shared with everybody again; without the profile, the gateway would be a
// stranger to its groups. Such a folder is refused unless the user says that a new start is meant.
enum class NewStart : uint8_t { kNotMeant, kMeant };

// Returns whether there is a profile, or anything else in its place, that is not an empty file.
bool has_profile(const std::filesystem::path& folder);

// Return the errors for the two halves (kind kLost).
storage::StorageError lost_database(const std::filesystem::path& folder);
storage::StorageError lost_profile(const std::filesystem::path& folder);

class DataFolder {
 public:
  // Creates the folder if needed, locks it and opens the database. Throws storage::StorageError:
  // kLost if a half of it is lost and no new start is meant; then nothing in it has changed.
  explicit DataFolder(const std::filesystem::path& path, NewStart new_start = NewStart::kNotMeant);

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
