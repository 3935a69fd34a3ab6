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

  // The process id that the holder wrote, for a message; nullopt when nobody left a readable one.
  // It may be out of date: only acquire() tells whether the folder is held.
  static std::optional<int> holder(const std::filesystem::path& folder);

  // Whether somebody holds the folder at this moment. Writes nothing. It tries a shared lock for an
  // instant, in which acquire() elsewhere fails: for a person who asks, not to be called in a loop.
  // False when there is no lock file, or none that may be read.
  static bool is_held(const std::filesystem::path& folder);

 private:
  explicit InstanceLock(UniqueFd fd) noexcept;

  UniqueFd fd_;
};

}  // namespace ngcshare::storage
