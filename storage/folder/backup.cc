#include "storage/folder/backup.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "storage/database/file_identity.h"
#include "storage/files/atomic_file.h"
#include "storage/files/error.h"
#include "storage/files/open_folder.h"
#include "storage/folder/checked_copy.h"

namespace ngcshare::storage {
namespace {

using std::filesystem::path;

StorageError refusal(const path& target, const char* problem) {
  return {StorageError::Kind::kOther, target, problem, "choose another name, or remove it"};
}

// Returns the status of an entry of the folder, not of what a link leads to.
std::optional<struct stat> entry(const UniqueFd& folder, const path& name) {
  struct stat status {};
  if (::fstatat(folder.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) return status;
  return std::nullopt;
}

bool is_same_file(const struct stat& status, const path& other) {
  struct stat found {};
  return ::stat(other.c_str(), &found) == 0 && found.st_dev == status.st_dev &&
         found.st_ino == status.st_ino;
}

bool is_database_of_ours(const UniqueFd& folder, const path& target) {
  const UniqueFd fd(::openat(folder.get(), target.filename().c_str(),
                             O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd.valid()) throw system_call_error(target, errno, FileAccess::kRead);
  try {
    const auto identity = read_identity(fd, target);
    return !identity || identity->application_id == kApplicationId;  // empty: nothing is lost
  } catch (const StorageError& error) {
    if (error.kind() == StorageError::Kind::kCorrupt) return false;
    throw;
  }
}

// Only an earlier backup is replaced. Replacing a database in use would lose it.
void require_replaceable(const UniqueFd& folder, const path& target, const path& database) {
  const auto found = entry(folder, target.filename());
  if (!found) return;
  if (S_ISDIR(found->st_mode)) throw refusal(target, "is a folder, not a file");
  if (S_ISLNK(found->st_mode)) throw refusal(target, "is a symbolic link");
  if (!S_ISREG(found->st_mode)) throw refusal(target, "is not a regular file");
  const bool in_use = is_same_file(*found, database) ||
                      entry(folder, target.filename().string() + "-wal").has_value();
  if (in_use) throw refusal(target, "is a database in use");
  if (!is_database_of_ours(folder, target)) throw refusal(target, "is there and is no backup");
}

}  // namespace

void back_up(const path& database, const path& target) {
  UniqueFd folder = open_folder_without_strange_links(target);
  require_replaceable(folder, target, database);
  PendingFile pending(std::move(folder), target);
  pending.write(checked_copy(database, Source::kDatabase));
  pending.commit();
}

}  // namespace ngcshare::storage
