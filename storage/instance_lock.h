// At most one ngcshare works on a data folder. The lock is flock() on FOLDER/lock, so the kernel
// drops it when the process ends, however it ends. The file itself stays: removing it would let two
// processes lock two different files of the same name.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/unique_fd.h"

namespace ngcshare::storage {

class InstanceLock {
 public:
  // nullopt: another process, or another InstanceLock of this one, holds the folder. Never waits.
  // Throws StorageError when the folder is missing or can't be written.
  static std::optional<InstanceLock> acquire(const std::filesystem::path& folder);

  // Whether a process holds the folder, without making or changing anything there. False also where
  // that can't be told: no lock file, or none that may be read. It takes the lock for a moment, in
  // a way that keeps nobody from asking the same.
  static bool is_held(const std::filesystem::path& folder);

  // The process id that the holder wrote, for a message; nullopt when nobody left a readable one.
  // It may be out of date: only acquire() tells whether the folder is held.
  static std::optional<int> holder(const std::filesystem::path& folder);

 private:
  explicit InstanceLock(UniqueFd fd) noexcept;

  UniqueFd fd_;
};

}  // namespace ngcshare::storage
