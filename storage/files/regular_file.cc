#include "storage/files/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "storage/files/error.h"

namespace ngcshare::storage {

std::optional<UniqueFd> open_regular_file(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe without a writer must not wait.
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid() && errno == ENOENT) return std::nullopt;
  struct stat status {};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0) {
    throw system_call_error(path, errno, FileAccess::kRead);
  }
  if (S_ISREG(status.st_mode)) return fd;
  throw StorageError(StorageError::Kind::kUnreadable, path,
                     S_ISDIR(status.st_mode) ? "is a folder, not a file" : "is not a regular file",
                     kAdviceUnreadable);
}

}  // namespace ngcshare::storage
