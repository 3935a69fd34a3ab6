// Whole files that are either the old content or the new one, whatever happens in between: a crash,
// a full disk, a power cut. Meant for profile.tox. One writer per file at a time: the data folder's
// InstanceLock sees to that.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "storage/unique_fd.h"

namespace ngcshare::storage {

inline constexpr mode_t kPrivateMode = 0600;

// Writes TARGET.tmp beside the target, syncs it, renames it over the target and syncs the folder.
// When it returns, the new content survives a power cut. Throws StorageError (kFull: no room); the
// old content is then untouched. Replaces a symbolic link, does not follow it.
void write_file_atomically(const std::filesystem::path& target,
                           std::span<const std::uint8_t> content, mode_t mode = kPrivateMode);

// nullopt: there is no such file. Throws StorageError for a folder, a device, or a missing right.
std::optional<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path);

// The steps of write_file_atomically, for content that something else produces: fill
// temporary_path() or fd(), then commit(). Without commit() the temporary file is removed and the
// target stays as it was.
class PendingFile {
 public:
  PendingFile(std::filesystem::path target, mode_t mode);
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  const std::filesystem::path& temporary_path() const noexcept { return temporary_path_; }
  int fd() const noexcept { return fd_.get(); }
  void commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_path_;
  UniqueFd fd_;
  bool renamed_ = false;
};

// Makes a created, renamed or removed entry of `folder` survive a power cut.
void sync_folder(const std::filesystem::path& folder);

}  // namespace ngcshare::storage
