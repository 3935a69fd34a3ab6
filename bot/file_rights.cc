#include "bot/file_rights.h"

#include <sys/stat.h>
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

std::string describe_rights(const std::filesystem::path& path) {
  const std::filesystem::path shown = nearest_existing(path);
  struct stat status {};
  if (::stat(shown.c_str(), &status) != 0) return "this is uid " + std::to_string(::geteuid());
  std::array<char, 8> mode{};
  std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(status.st_mode) & 07777U);
  const std::string what = shown == std::filesystem::absolute(path) ? "it" : shown.string();
  return what + " belongs to uid " + std::to_string(status.st_uid) + " (mode " + mode.data() +
         "), and this is uid " + std::to_string(::geteuid());
}

}  // namespace ngcshare
