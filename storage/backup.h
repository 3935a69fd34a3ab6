// A copy of a data folder's database, to keep elsewhere. The identity in profile.tox is no part of
// it.
#pragma once

#include <filesystem>

namespace ngcshare::storage {

// Writes a consistent copy of the database with mode 0600, also while another process has it open.
// `target` is replaced when the copy is complete and stays as it was when that fails. Throws
// StorageError: kUnreadable (there is no database), kNewer, kCorrupt, kFull, kBusy.
// REQUIRES: no Database of this process has the file open.
void back_up(const std::filesystem::path& database, const std::filesystem::path& target);

}  // namespace ngcshare::storage
