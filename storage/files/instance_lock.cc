#include "storage/files/instance_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>

#include "storage/files/error.h"

namespace ngcshare::storage {
namespace {

std::filesystem::path lock_path(const std::filesystem::path& folder) { return folder / "lock"; }

UniqueFd open_to_read(const std::filesystem::path& folder) {
  return UniqueFd(
      ::open(lock_path(folder).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

void write_process_id(int fd, const std::filesystem::path& path) {
  const std::string text = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, text.data(), text.size(), 0) < 0) {
    throw system_call_error(path, errno, FileAccess::kWrite);
  }
}

}  // namespace

InstanceLock::InstanceLock(UniqueFd fd) noexcept : fd_(std::move(fd)) {}

std::optional<InstanceLock> InstanceLock::acquire(const std::filesystem::path& folder) {
  const std::filesystem::path path = lock_path(folder);
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!fd.valid()) throw system_call_error(path, errno, FileAccess::kWrite);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::nullopt;
    throw system_call_error(path, errno, FileAccess::kWrite);
  }
  write_process_id(fd.get(), path);
  return InstanceLock(std::move(fd));
}

bool InstanceLock::is_held(const std::filesystem::path& folder) {
  const UniqueFd fd = open_to_read(folder);
  return fd.valid() && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

std::optional<int> InstanceLock::holder(const std::filesystem::path& folder) {
  const UniqueFd fd = open_to_read(folder);
  if (!fd.valid()) return std::nullopt;
  std::array<char, 16> text{};
  const ssize_t got = ::read(fd.get(), text.data(), text.size());
  if (got <= 0) return std::nullopt;
  int process_id = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + got, process_id);
  if (parsed.ec != std::errc{} || process_id <= 0) return std::nullopt;
  return process_id;
}

}  // namespace ngcshare::storage
