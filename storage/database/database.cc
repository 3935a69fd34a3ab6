#include "storage/database/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <string>
#include <system_error>

#include "storage/database/connection.h"
#include "storage/database/file_identity.h"
#include "storage/database/sqlite_error.h"
#include "storage/database/transaction.h"
#include "storage/files/atomic_file.h"
#include "storage/files/error.h"
#include "storage/files/unique_fd.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

// Copies the write-ahead log back every 256 pages of 4 KiB and then cuts it to at most 1 MiB. It
// cannot stay larger for long, because no statement is left open (Rows resets it).
constexpr const char* kSettings = R"sql(
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 256;
PRAGMA journal_size_limit = 1048576;
)sql";

std::uint32_t latest_version(std::span<const Migration> migrations) {
  assert(!migrations.empty());
  return migrations.back().version;
}

void create_when_absent(const std::filesystem::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kPrivateMode));
  if (fd.valid()) return sync_folder(path.parent_path());
  if (errno != EEXIST) throw system_call_error(path, errno, FileAccess::kWrite);
}

void require_file(const std::filesystem::path& path) {
  if (::access(path.c_str(), F_OK) == 0) return;
  if (errno != ENOENT) throw system_call_error(path, errno, FileAccess::kRead);
  throw StorageError(Kind::kLost, path, "is missing", kAdviceLost);
}

// Returns the absolute path, which SQLite cannot mistake for ":memory:" or a URI.
std::filesystem::path prepare_file(const std::filesystem::path& path, std::uint32_t latest,
                                   IfEmpty if_empty) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) throw system_call_error(path, error.value(), FileAccess::kRead);
  if_empty == IfEmpty::kCreate ? create_when_absent(absolute) : require_file(absolute);
  if (const auto identity = read_identity(absolute)) {
    require_ours(absolute, *identity, latest);
  } else if (if_empty == IfEmpty::kRefuse) {  // SQLite would delete the log beside an empty file
    throw StorageError(Kind::kLost, absolute, "is empty", kAdviceLost);
  }
  return absolute;
}

}  // namespace

Database::Database(const std::filesystem::path& path, std::span<const Migration> migrations,
                   IfEmpty if_empty)
    : path_(prepare_file(path, latest_version(migrations), if_empty)),
      connection_(open_connection(path_, SQLite::OPEN_READWRITE)) {
  // If the file turns out to be newer or damaged, close it without writing its log back.
  set_checkpoint_on_close(connection_, false);
  const std::uint32_t latest = latest_version(migrations);
  const std::uint32_t version = require_usable(latest);
  if (version == 0 && if_empty == IfEmpty::kRefuse) {
    throw StorageError(Kind::kLost, path_, "is empty", kAdviceLost);
  }
  if (version != 0 && version < latest) {
    copy_to(path_.string() + ".v" + std::to_string(version) + ".bak");
  }
  configure();
  upgrade(migrations);
  set_checkpoint_on_close(connection_, true);
}

void Database::copy_to(const std::filesystem::path& target) {
  PendingFile pending(target);
  storage::guarded(connection_, target, [&] { pending.write(copy_of(connection_)); });
  pending.commit();
}

bool Database::holds_rows() {
  return guarded([&] { return storage::holds_rows(connection_); });
}

void Database::fail(const SQLite::Exception& error) const {
  throw to_storage_error(path_, error, system_error_behind(error, connection_.getHandle()));
}

void Database::execute(const char* sql) {
  guarded([&] { connection_.exec(sql); });
}

std::uint32_t Database::pragma_number(const char* sql) {
  return guarded([&] { return connection_.execAndGet(sql).getUInt(); });
}

std::uint32_t Database::require_usable(std::uint32_t latest) {
  const FileIdentity identity = guarded([&] { return identity_of(connection_); });
  require_ours(path_, identity, latest);
  if (sqlite3_db_readonly(connection_.getHandle(), "main") != 0) {
    throw StorageError(Kind::kReadOnly, path_, "cannot be written", kAdviceReadOnly);
  }
  guarded([&] { require_sound(connection_, path_, "PRAGMA quick_check(1)"); });
  return identity.user_version;
}

void Database::configure() {
  const std::string mode =
      guarded([&] { return connection_.execAndGet("PRAGMA journal_mode = WAL").getString(); });
  if (mode != "wal") {
    throw StorageError(Kind::kOther, path_, "is on a file system without shared memory",
                       "move the data folder to a local disk");
  }
  execute(kSettings);
}

void Database::upgrade(std::span<const Migration> migrations) {
  execute("PRAGMA foreign_keys = OFF");
  for (const Migration& migration : migrations) apply(migration);
  execute("PRAGMA foreign_keys = ON");
}

void Database::apply(const Migration& migration) {
  if (pragma_number("PRAGMA user_version") >= migration.version) return;
  Transaction transaction(*this);
  // Check again under the lock: another process may have applied it meanwhile.
  if (pragma_number("PRAGMA user_version") >= migration.version) return;
  execute(migration.sql);
  execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str());
  execute(("PRAGMA user_version = " + std::to_string(migration.version)).c_str());
  if (guarded([&] { return has_broken_reference(connection_); })) {
    throw StorageError(Kind::kOther, path_,
                       "could not be upgraded to version " + std::to_string(migration.version) +
                           " (a reference would break)",
                       kAdviceBug);
  }
  transaction.commit();
}

}  // namespace ngcshare::storage
