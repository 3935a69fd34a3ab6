// Ensures that at most one ngcshare works on a data folder. The lock is flock() on FOLDER/lock, so
// the kernel releases it however the process ends. The file itself stays, because removing it would
// let two processes lock two different files of the same name.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/files/unique_fd.h"

namespace ngcshare::storage {

class InstanceLock {
 public:
  // Returns nullopt if another process, or another InstanceLock of this one, holds the folder.
  // Never waits. Throws StorageError if the folder is missing or cannot be written.
  static std::optional<InstanceLock> acquire(const std::filesystem::path& folder);

  // Returns true if a process holds the folder; creates and changes nothing there. Returns false
  // also if the lock file is missing or unreadable. Takes a shared lock for a moment, so concurrent
  // calls do not disturb each other.
  static bool is_held(const std::filesystem::path& folder);

  // Returns the process id that the holder wrote, for a message, or nullopt if there is none. It
  // may be out of date: only acquire() tells whether the folder is held.
  static std::optional<int> holder(const std::filesystem::path& folder);

 private:
  explicit InstanceLock(UniqueFd fd) noexcept;

  UniqueFd fd_;
};

}  // namespace ngcshare::storage
