// Replaces whole files atomically: after a crash, a full disk or a power cut a file holds either
// its old or its new content. Written for profile.tox. A file may have one writer at a time, which
// the data folder's InstanceLock ensures.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/files/unique_fd.h"

namespace ngcshare::storage {

inline constexpr mode_t kPrivateMode = 0600;

// Writes TARGET.tmp (mode 0600) beside the target, syncs it, renames it over the target and syncs
// the folder. After it has returned, the new content survives a power cut. Throws StorageError
// (kFull: no room) and then leaves the old content untouched. Replaces a symbolic link instead of
// following it.
void write_file_atomically(const std::filesystem::path& target,
                           std::span<const std::uint8_t> content);

// Returns the file's content, or nullopt if there is no such file. Throws StorageError for a
// folder, a device, or a missing permission.
std::optional<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path);

// The steps of write_file_atomically(): write(), then commit(). Without commit() the destructor
// removes the temporary file and the target stays unchanged. Names files relative to their folder,
// opened once, so that nothing else is written to when somebody swaps a link in meanwhile.
class PendingFile {
 public:
  // For a file in a folder of our own: TARGET.tmp replaces what a crash may have left under that
  // name.
  explicit PendingFile(const std::filesystem::path& target);
  // For a file in any folder, which is open: the temporary file has a name that nobody knows.
  PendingFile(UniqueFd folder, const std::filesystem::path& target);
  ~PendingFile();
  PendingFile(const PendingFile&) = delete;
  PendingFile& operator=(const PendingFile&) = delete;

  void write(std::span<const std::uint8_t> content);
  void commit();

 private:
  const std::filesystem::path target_;
  const UniqueFd folder_;
  const std::string temporary_name_;
  const UniqueFd fd_;
  bool renamed_ = false;
};

// Makes a created, renamed or removed entry of `folder` survive a power cut.
void sync_folder(const std::filesystem::path& folder);

}  // namespace ngcshare::storage
