// Opens what a path names only if it is a plain file: a pipe would block, a device never end.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/unique_fd.h"

namespace ngcshare::storage {

// For reading. nullopt: nothing there. Throws StorageError kUnreadable for anything but a file that
// may be read.
std::optional<UniqueFd> open_regular_file(const std::filesystem::path& path);

}  // namespace ngcshare::storage
