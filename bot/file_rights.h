// Whose a file or folder is and what may be done there, for errors about what is missing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace ngcshare {

// "it belongs to uid 0 (mode 0755), and this is uid 1000"; of a path that can't be looked at, of
// the nearest folder above it that can.
std::string describe_rights(const std::filesystem::path& path);

// "0755"
std::string mode_digits(mode_t mode);

// Whether this process may do `what` (R_OK, W_OK, X_OK) there; otherwise errno says why not.
bool may(const std::filesystem::path& path, int what);

// Bytes that are free on the disk of the path, or of the nearest folder above it that is there;
// nullopt: the system does not tell.
std::optional<uint64_t> free_space(const std::filesystem::path& path);

// The nearest that is there: the path itself or a folder above it.
std::filesystem::path nearest_existing(const std::filesystem::path& path);

}  // namespace ngcshare
