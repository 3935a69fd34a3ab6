#include "storage/folder/restore.h"

#include <SQLiteCpp/Database.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "storage/database/connection.h"
#include "storage/database/file_identity.h"
#include "storage/database/sqlite_error.h"
#include "storage/files/atomic_file.h"
#include "storage/files/error.h"
#include "storage/folder/checked_copy.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;
using std::filesystem::path;

// SQLite would replay these onto the restored file.
constexpr const char* kLogSuffixes[] = {"-wal", "-journal"};

path with_suffix(const path& file, const std::string& suffix) { return file.string() + suffix; }

// Writes a readable database's log back into it, so that the one file is complete. A damaged one
// keeps its log, because somebody may want to rescue data from both.
void fold_log(const path& database) {
  if (::access(database.c_str(), F_OK) != 0) return;
  bool used = false;
  try {
    if (!read_identity(database)) return;
    SQLite::Database connection =
        open_connection(std::filesystem::absolute(database), SQLite::OPEN_READWRITE);
    set_checkpoint_on_close(connection, false);
    guarded(connection, database,
            [&] { used = connection.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)").getInt() != 0; });
    set_checkpoint_on_close(connection, true);
  } catch (const StorageError& error) {
    if (error.kind() != Kind::kCorrupt) throw;
  }
  if (used) {
    throw StorageError(Kind::kBusy, database, "is in use by another process", kAdviceBusy);
  }
}

// Hard-links the database to a second name, which it returns; nullopt if there is no database. The
// first name stays until it is replaced atomically.
std::optional<path> give_second_name(const path& database) {
  for (int number = 1;; ++number) {
    path name = with_suffix(database, ".replaced-" + std::to_string(number));
    if (::link(database.c_str(), name.c_str()) == 0) return name;
    if (errno == ENOENT) return std::nullopt;
    if (errno != EEXIST) throw system_call_error(name, errno, FileAccess::kWrite);
  }
}

void rename_if_there(const path& from, const path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
    throw system_call_error(from, errno, FileAccess::kWrite);
  }
}

void remove_if_there(const path& file) {
  if (::unlink(file.c_str()) != 0 && errno != ENOENT) {
    throw system_call_error(file, errno, FileAccess::kWrite);
  }
}

void clear_logs(const path& database, const std::optional<path>& set_aside) {
  for (const char* suffix : kLogSuffixes) {
    const path log = with_suffix(database, suffix);
    set_aside ? rename_if_there(log, with_suffix(*set_aside, suffix)) : remove_if_there(log);
  }
  remove_if_there(with_suffix(database, "-shm"));
  sync_folder(database.parent_path());
}

}  // namespace

// SQLite must never see the old file's log beside the new file, so fold_log() writes the log back,
// and that of a damaged database is set aside with it. link() and rename() make the switch, so that
// there is a whole database at each moment.
std::optional<path> restore(const InstanceLock& /*lock*/, const path& database,
                            const path& source) {
  PendingFile pending(database);
  pending.write(checked_copy(source, Source::kBackup));
  fold_log(database);
  const auto set_aside = give_second_name(database);
  clear_logs(database, set_aside);
  pending.commit();
  return set_aside;
}

}  // namespace ngcshare::storage
