#include "bot/console/backup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "bot/base/exit_codes.h"
#include "bot/base/output.h"
#include "storage/files/error.h"
#include "storage/folder/backup.h"
#include "storage/folder/data_folder.h"
#include "storage/folder/restore.h"

namespace ngcshare {

int run_backup(const BackupOptions& options) {
  storage::back_up(options.common.data_dir / kDatabaseFile, options.file);
  const std::string file = options.file.string();
  Output(options.common.json)
      .say({{"event", "backup"}, {"file", file}},
           "Database saved to " + file + ". Copy " +
               (options.common.data_dir / kProfileFile).string() +
               " too: a gateway restored without it is a stranger to its members.");
  return kExitOk;
}

namespace {

// Refuses to restore as root into another user's folder, because the gateway could not use the
// files.
void require_folder_of_ours(const std::filesystem::path& folder) {
  struct stat found {};
  if (::stat(folder.c_str(), &found) != 0 || found.st_uid == ::geteuid()) return;
  const std::string owner = std::to_string(found.st_uid);
  throw storage::StorageError(storage::StorageError::Kind::kOther, folder,
                              "belongs to uid " + owner + ", who could not use the restored files",
                              "run this as that user: sudo -u '#" + owner + "' ngcshare restore");
}

}  // namespace

int run_restore(const RestoreOptions& options) {
  require_folder_of_ours(options.common.data_dir);
  const auto lock = lock_data_folder(options.common.data_dir);
  const auto before = storage::restore(lock, options.common.data_dir / kDatabaseFile, options.file);
  const std::string set_aside = before ? before->string() : "";
  Output(options.common.json)
      .say({{"event", "restore"}, {"file", options.file.string()}, {"set_aside", set_aside}},
           "Restored from " + options.file.string() +
               (before ? "; the previous database is now " + set_aside : ""));
  return kExitOk;
}

}  // namespace ngcshare
