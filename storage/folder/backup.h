// Copies a data folder's database to a file to be kept elsewhere. The identity (profile.tox) is not
// included.
//
// Copies with VACUUM INTO instead of SQLite's backup API: both work beside a running gateway, but
// this reads one state in one transaction, where the API begins again at each change by another
// process, and it leaves out deleted data.
#pragma once

#include <filesystem>

namespace ngcshare::storage {

// Writes a consistent copy of the database with mode 0600, even while another process has it open.
// Replaces an earlier backup at `target` once the copy is complete; on failure it stays unchanged.
// Anything else at `target` is refused, as is a folder reached through another user's symbolic link
// (kOther). `target` may be in a folder of another user: nothing but the new file is written.
// Throws StorageError: kUnreadable (there is no database), kNewer, kCorrupt, kFull, kBusy, kOther.
// REQUIRES: no Database of this process has the file open.
void back_up(const std::filesystem::path& database, const std::filesystem::path& target);

}  // namespace ngcshare::storage
