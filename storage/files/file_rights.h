// Describes owners and rights of files and folders, for errors about missing rights.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace ngcshare {

// Returns "it belongs to uid 0 (mode 0755), and this is uid 1000". If the path cannot be inspected,
// describes the nearest folder above it that can.
std::string describe_rights(const std::filesystem::path& path);

// "0755"
std::string mode_digits(mode_t mode);

// Returns whether this process has the rights `what` (R_OK, W_OK, X_OK) on `path`; if not, errno
// says why.
bool may(const std::filesystem::path& path, int what);

// Returns the free bytes on the disk of the path, or of the nearest existing folder above it, or
// nullopt if the system does not tell.
std::optional<uint64_t> free_space(const std::filesystem::path& path);

// Returns the path itself if it exists, or else the nearest existing folder above it.
std::filesystem::path nearest_existing(const std::filesystem::path& path);

}  // namespace ngcshare
