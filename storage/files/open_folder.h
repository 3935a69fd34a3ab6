// Opens folders, so that what happens to a path afterwards does not matter: files are named
// relative to the descriptor.
#pragma once

#include <filesystem>

#include "storage/files/unique_fd.h"

namespace ngcshare::storage {

// Opens the folder that a file at `file` is in. Throws StorageError.
UniqueFd open_folder_of(const std::filesystem::path& file);

// As open_folder_of(), but refuses (kOther) to follow a symbolic link that belongs neither to this
// user nor to root, because its owner could lead root anywhere.
UniqueFd open_folder_without_strange_links(const std::filesystem::path& file);

}  // namespace ngcshare::storage
