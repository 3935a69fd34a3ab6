#include "bot/run_backup.h"

#include <nlohmann/json.hpp>

#include "bot/data_folder.h"
#include "bot/exit_codes.h"
#include "bot/report.h"
#include "storage/backup.h"
#include "storage/restore.h"

namespace ngcshare {

int run_backup(const BackupOptions& options) {
  storage::back_up(options.common.data_dir / kDatabaseFile, options.file);
  const std::string file = options.file.string();
  Report(options.common.json)
      .say({{"event", "backup"}, {"file", file}},
           "Copied to " + file + "; the identity is profile.tox, which is no part of it");
  return kExitOk;
}

int run_restore(const RestoreOptions& options) {
  const auto lock = lock_data_folder(options.common.data_dir);
  const auto before = storage::restore(lock, options.common.data_dir / kDatabaseFile, options.file);
  const std::string set_aside = before ? before->string() : "";
  Report(options.common.json)
      .say({{"event", "restore"}, {"file", options.file.string()}, {"set_aside", set_aside}},
           "Restored from " + options.file.string() +
               (before ? "; what was there before is now " + set_aside : ""));
  return kExitOk;
}

}  // namespace ngcshare
