#include "storage/files/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <utility>

#include "storage/files/error.h"
#include "storage/files/regular_file.h"

namespace ngcshare::storage {
namespace {

// Removes a file that a crash may have left, so that no file is written to that another process has
// open.
UniqueFd create_temporary(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    throw system_call_error(path, errno, FileAccess::kWrite);
  }
  UniqueFd fd(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kPrivateMode));
  if (!fd.valid()) throw system_call_error(path, errno, FileAccess::kWrite);
  return fd;
}

void write_all(int fd, std::span<const std::uint8_t> content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_call_error(path, errno, FileAccess::kWrite);
    content = content.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace

PendingFile::PendingFile(std::filesystem::path target)
    : target_(std::move(target)),
      temporary_path_(target_.string() + ".tmp"),
      fd_(create_temporary(temporary_path_)) {}

PendingFile::~PendingFile() {
  if (!renamed_) ::unlink(temporary_path_.c_str());
}

void PendingFile::commit() {
  if (::fsync(fd_.get()) != 0) throw system_call_error(target_, errno, FileAccess::kWrite);
  if (::rename(temporary_path_.c_str(), target_.c_str()) != 0) {
    throw system_call_error(target_, errno, FileAccess::kWrite);
  }
  renamed_ = true;
  sync_folder(target_.parent_path());
}

void sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path named = folder.empty() ? "." : folder;
  const UniqueFd fd(::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) throw system_call_error(named, errno, FileAccess::kRead);
  // EINVAL: this file system cannot sync folders, so there is nothing to wait for.
  if (::fsync(fd.get()) != 0 && errno != EINVAL) {
    throw system_call_error(named, errno, FileAccess::kWrite);
  }
}

void write_file_atomically(const std::filesystem::path& target,
                           std::span<const std::uint8_t> content) {
  PendingFile pending(target);
  write_all(pending.fd(), content, target);
  pending.commit();
}

std::optional<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path) {
  const auto fd = open_regular_file(path);
  if (!fd) return std::nullopt;
  std::vector<std::uint8_t> content;
  std::array<std::uint8_t, 16384> part{};
  while (true) {
    const ssize_t got = ::read(fd->get(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_call_error(path, errno, FileAccess::kRead);
    if (got == 0) return content;
    content.insert(content.end(), part.begin(), part.begin() + got);
  }
}

}  // namespace ngcshare::storage
