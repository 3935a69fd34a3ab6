// Opens a path only if it is a regular file, because a pipe could block and a device never end.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/files/unique_fd.h"

namespace ngcshare::storage {

// Opens for reading; returns nullopt if the path does not exist. Throws StorageError kUnreadable
// unless it is a readable file.
std::optional<UniqueFd> open_regular_file(const std::filesystem::path& path);

}  // namespace ngcshare::storage
