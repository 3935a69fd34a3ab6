#include "bot/checks/folder.h"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "bot/base/units.h"
#include "bot/tox/profile_cipher.h"
#include "storage/files/atomic_file.h"
#include "storage/files/error.h"
#include "storage/files/file_rights.h"
#include "storage/files/instance_lock.h"

namespace ngcshare {
namespace {

// Returns why the path cannot be written (errno), and a remedy.
std::string cannot_write(const std::filesystem::path& path, const std::string& verb) {
  const int reason = errno;
  const std::string start = path.string() + ": cannot be " + verb + ": ";
  if (reason == EROFS) return start + "the disk is mounted read-only; mount it writable";
  if (reason != EACCES) return start + std::generic_category().message(reason);
  return start + describe_rights(path) + "; chown it to this user (for a container's volume: on " +
         "the host), or run as its owner";
}

void check_missing_folder(const std::filesystem::path& folder, FolderState& state,
                          Problems& problems) {
  const std::filesystem::path above = nearest_existing(folder);
  if (!std::filesystem::is_directory(above)) {
    problems.add(folder.string() + ": cannot be created: " + above.string() +
                     " is a file, not a folder; choose another folder with --data-dir",
                 kExitDataFolder);
  } else if (!may(above, W_OK | X_OK)) {
    problems.add(cannot_write(folder, "created"), kExitDataFolder);
  } else {
    state.usable = true;
  }
}

// A folder of ours may contain another user's files, as after a first start by root.
bool files_are_usable(const std::filesystem::path& folder, Problems& problems) {
  bool usable = true;
  for (const char* name : kFilesOfFolder) {
    const std::filesystem::path path = folder / name;
    if (may(path, R_OK | W_OK) || errno == ENOENT) continue;
    problems.add(cannot_write(path, "read and written"), kExitDataFolder);
    usable = false;
  }
  return usable;
}

void check_lock(const std::filesystem::path& folder, FolderState& state, Problems& problems) {
  state.held = storage::InstanceLock::is_held(folder);
  if (!state.held) return;
  const auto holder = storage::InstanceLock::holder(folder);
  problems.add(folder.string() + ": in use by another ngcshare" +
                   (holder ? " (process " + std::to_string(*holder) + ")" : "") +
                   "; stop that one or choose another folder with --data-dir",
               kExitDataFolder);
}

void check_database(const std::filesystem::path& folder, FolderState& state, Problems& problems) {
  try {
    state.database = storage::inspect(folder / kDatabaseFile);
  } catch (const storage::StorageError& error) {
    state.database_failed = true;
    problems.add(error.what(), kExitDataFolder);
  }
}

}  // namespace

std::optional<storage::StorageError> lost_half(const std::filesystem::path& folder,
                                               const std::optional<storage::Inspection>& database) {
  if (database && !database->log_was_read) return std::nullopt;
  const bool has_database = database && database->version != 0;
  if (has_profile(folder))
    return has_database ? std::nullopt : std::optional(lost_database(folder));
  return has_database && database->holds_rows ? std::optional(lost_profile(folder)) : std::nullopt;
}

FolderState check_folder(const std::filesystem::path& folder, bool new_start, Problems& problems) {
  FolderState state;
  std::error_code error;
  if (!std::filesystem::exists(folder, error) && !error) {
    check_missing_folder(folder, state, problems);
  } else if (error || !std::filesystem::is_directory(folder, error)) {
    problems.add(folder.string() +
                     (error ? ": " + error.message() + ": " + describe_rights(folder)
                            : std::string(": is a file, not a folder")) +
                     "; choose another folder with --data-dir",
                 kExitDataFolder);
  } else if (!may(folder, R_OK | W_OK | X_OK)) {
    problems.add(cannot_write(folder, "read and written"), kExitDataFolder);
  } else if (files_are_usable(folder, problems)) {
    state.usable = true;
    state.has_profile = has_profile(folder);
    check_lock(folder, state, problems);
    check_database(folder, state, problems);
    const auto lost = state.database_failed ? std::nullopt : lost_half(folder, state.database);
    if (lost && !new_start) problems.add(lost->what(), kExitDataFolder);
  }
  if (const auto free_bytes = free_space(folder)) check_free_space(folder, *free_bytes, problems);
  return state;
}

void check_free_space(const std::filesystem::path& folder, uint64_t free_bytes,
                      Problems& problems) {
  const std::string least = format_bytes(kLeastFreeBytes);
  const std::string text =
      folder.string() + ": only " + format_bytes(free_bytes) + " are free on its disk";
  if (free_bytes < kLeastFreeBytes) {
    problems.add(text + ", and at least " + least + " are needed; free some space",
                 kExitDataFolder);
  } else if (free_bytes < kFewFreeBytes) {
    problems.warn(text + "; with less than " + least + " the gateway does not start");
  }
}

void check_profile(const std::filesystem::path& folder, const std::string& passphrase,
                   bool thorough, Problems& problems) {
  if (!passphrase.empty() && !thorough) return;
  try {
    ProfileCipher(passphrase)
        .open(storage::read_file(folder / kProfileFile).value_or(std::vector<uint8_t>()));
  } catch (const std::runtime_error& error) {  // from reading or decrypting
    problems.add(error.what(), kExitDataFolder);
  }
}

}  // namespace ngcshare
