#include "storage/files/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <random>
#include <string>
#include <utility>

#include "storage/files/error.h"
#include "storage/files/open_folder.h"
#include "storage/files/regular_file.h"

namespace ngcshare::storage {
namespace {

UniqueFd create(const UniqueFd& folder, const std::string& name,
                const std::filesystem::path& target) {
  UniqueFd fd(::openat(folder.get(), name.c_str(),
                       O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kPrivateMode));
  if (!fd.valid()) throw system_call_error(target, errno, FileAccess::kWrite);
  return fd;
}

// Returns the name of the temporary file, after removing one that a crash may have left, so that no
// file is written to that another process has open.
std::string fixed_name(const UniqueFd& folder, const std::filesystem::path& target) {
  std::string name = target.filename().string() + ".tmp";
  if (::unlinkat(folder.get(), name.c_str(), 0) != 0 && errno != ENOENT) {
    throw system_call_error(target.string() + ".tmp", errno, FileAccess::kWrite);
  }
  return name;
}

std::string unknown_name(const std::filesystem::path& target) {
  std::random_device random;
  std::array<char, 24> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x%08x", random(), random());
  return "." + target.filename().string() + "." + digits.data() + ".tmp";
}

void sync(int folder, const std::filesystem::path& named) {
  // EINVAL: this file system cannot sync folders, so there is nothing to wait for.
  if (::fsync(folder) != 0 && errno != EINVAL) {
    throw system_call_error(named, errno, FileAccess::kWrite);
  }
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

PendingFile::PendingFile(const std::filesystem::path& target)
    : target_(target),
      folder_(open_folder_of(target)),
      temporary_name_(fixed_name(folder_, target)),
      fd_(create(folder_, temporary_name_, target)) {}

PendingFile::PendingFile(UniqueFd folder, const std::filesystem::path& target)
    : target_(target),
      folder_(std::move(folder)),
      temporary_name_(unknown_name(target)),
      fd_(create(folder_, temporary_name_, target)) {}

PendingFile::~PendingFile() {
  if (!renamed_) ::unlinkat(folder_.get(), temporary_name_.c_str(), 0);
}

void PendingFile::write(std::span<const std::uint8_t> content) {
  write_all(fd_.get(), content, target_);
}

void PendingFile::commit() {
  if (::fsync(fd_.get()) != 0) throw system_call_error(target_, errno, FileAccess::kWrite);
  if (::renameat(folder_.get(), temporary_name_.c_str(), folder_.get(),
                 target_.filename().c_str()) != 0) {
    throw system_call_error(target_, errno, FileAccess::kWrite);
  }
  renamed_ = true;
  sync(folder_.get(), target_);
}

void sync_folder(const std::filesystem::path& folder) {
  sync(open_folder_of(folder / "file").get(), folder);
}

void write_file_atomically(const std::filesystem::path& target,
                           std::span<const std::uint8_t> content) {
  PendingFile pending(target);
  pending.write(content);
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
