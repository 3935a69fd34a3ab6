#include "bot/folder_check.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "bot/data_folder.h"
#include "bot/file_rights.h"
#include "bot/profile_cipher.h"
#include "bot/quantities.h"
#include "storage/atomic_file.h"
#include "storage/error.h"
#include "storage/instance_lock.h"

namespace ngcshare {
namespace {

constexpr const char* kProfileFile = "profile.tox";

bool may(const std::filesystem::path& path, int what) {
  return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

// What keeps us from writing there, and what helps.
std::string cannot_write(const std::filesystem::path& path, const std::string& verb) {
  const int reason = errno;
  const std::string start = path.string() + ": cannot be " + verb + ": ";
  if (reason == EROFS) return start + "the disk is mounted read-only; mount it writable";
  if (reason != EACCES) return start + std::generic_category().message(reason);
  return start + describe_rights(path) + "; chown it to this user (of a container's volume: on " +
         "the host), or run as its owner";
}

void check_missing_folder(const std::filesystem::path& folder, FolderState& state,
                          Problems& problems) {
  const std::filesystem::path above = nearest_existing(folder);
  if (!std::filesystem::is_directory(above)) {
    problems.add(folder.string() + ": cannot be made: " + above.string() +
                     " is a file, not a folder; choose another folder with --data-dir",
                 kExitDataFolder);
  } else if (!may(above, W_OK | X_OK)) {
    problems.add(cannot_write(folder, "made"), kExitDataFolder);
  } else {
    state.usable = true;
  }
}

// A folder that is ours may hold files that another user has made: root, at a first try.
bool files_are_usable(const std::filesystem::path& folder, Problems& problems) {
  bool usable = true;
  for (const char* name : {kProfileFile, kDatabaseFile, "ngcshare.db-wal", "lock"}) {
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
                   "; end that one or choose another folder with --data-dir",
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

FolderState check_folder(const std::filesystem::path& folder, Problems& problems) {
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
    state.has_profile = std::filesystem::exists(folder / kProfileFile, error);
    check_lock(folder, state, problems);
    check_database(folder, state, problems);
  }
  struct statvfs disk {};
  if (::statvfs(nearest_existing(folder).c_str(), &disk) == 0) {
    check_free_space(folder, uint64_t{disk.f_bavail} * disk.f_frsize, problems);
  }
  return state;
}

void check_free_space(const std::filesystem::path& folder, uint64_t free_bytes,
                      Problems& problems) {
  const std::string least = format_bytes(kLeastFreeBytes);
  const std::string text =
      folder.string() + ": only " + format_bytes(free_bytes) + " are free on its disk";
  if (free_bytes < kLeastFreeBytes) {
    problems.add(text + ", and " + least + " are the least; free some space", kExitDataFolder);
  } else if (free_bytes < kFewFreeBytes) {
    problems.warn(text + "; with less than " + least + " it does not start any more");
  }
}

void check_profile(const std::filesystem::path& folder, const std::string& passphrase,
                   bool thorough, Problems& problems) {
  if (!passphrase.empty() && !thorough) return;
  try {
    ProfileCipher(passphrase)
        .open(storage::read_file(folder / kProfileFile).value_or(std::vector<uint8_t>()));
  } catch (const std::runtime_error& error) {  // of the file or its encryption
    problems.add(error.what(), kExitDataFolder);
  }
}

}  // namespace ngcshare
