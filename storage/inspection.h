// Looks into the database of a data folder without making or changing anything there, also while a
// gateway has it open: to tell what is wrong before a start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "storage/service_record.h"

namespace ngcshare::storage {

struct Inspection {
  bool has_group = false;
  std::optional<std::int64_t> newest_audit =
      std::nullopt;  // unix seconds; nullopt: nothing was commanded yet
  // Name, host, ports and `declared` only. Empty where an older version has written the file: it is
  // upgraded first.
  std::vector<ServiceRecord> services = {};
};

// nullopt: there is no database yet, or an empty one. Throws StorageError as Database does: kNewer,
// kCorrupt, kOther, kUnreadable, kBusy. After a crash whose traces SQLite can't read without
// writing, the version of the file alone is checked, and a group is taken for granted.
// REQUIRES: no Database of this process has the file open.
std::optional<Inspection> inspect(const std::filesystem::path& database);

}  // namespace ngcshare::storage
