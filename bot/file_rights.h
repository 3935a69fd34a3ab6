// Whose a file or folder is, for errors about rights that are missing.
#pragma once

#include <filesystem>
#include <string>

namespace ngcshare {

// "it belongs to uid 0 (mode 0755), and this is uid 1000"; of a path that can't be looked at, of
// the nearest folder above it that can.
std::string describe_rights(const std::filesystem::path& path);

// The nearest that is there: the path itself or a folder above it.
std::filesystem::path nearest_existing(const std::filesystem::path& path);

}  // namespace ngcshare
