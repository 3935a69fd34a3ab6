#include "storage/files/file_rights.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <system_error>

namespace ngcshare {

std::filesystem::path nearest_existing(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path found = std::filesystem::absolute(path, error);
  while (found.has_relative_path()) {
    struct stat status {};
    if (::stat(found.c_str(), &status) == 0) return found;
    found = found.parent_path();
  }
  return "/";
}

std::string mode_digits(mode_t mode) {
  std::array<char, 8> digits{};
  std::snprintf(digits.data(), digits.size(), "%04o", static_cast<unsigned>(mode) & 07777U);
  return digits.data();
}

bool may(const std::filesystem::path& path, int what) {
  return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

std::optional<uint64_t> free_space(const std::filesystem::path& path) {
  struct statvfs disk {};
  if (::statvfs(nearest_existing(path).c_str(), &disk) != 0) return std::nullopt;
  return uint64_t{disk.f_bavail} * disk.f_frsize;
}

std::string describe_rights(const std::filesystem::path& path) {
  const std::filesystem::path shown = nearest_existing(path);
  struct stat status {};
  if (::stat(shown.c_str(), &status) != 0) return "this is uid " + std::to_string(::geteuid());
  const std::string what = shown == std::filesystem::absolute(path) ? "it" : shown.string();
  return what + " belongs to uid " + std::to_string(status.st_uid) + " (mode " +
         mode_digits(status.st_mode) + "), and this is uid " + std::to_string(::geteuid());
}

}  // namespace ngcshare
