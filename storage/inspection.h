// Looking at a data folder without leaving a trace in it, also while a gateway works there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "storage/service_record.h"

namespace ngcshare::storage {

// What a database holds. No secret is among it.
struct Inspection {
  std::uint32_t version = 0;
  std::uint32_t latest_version = 0;  // that this program knows
  // False: a process that was killed has left a log behind, and what is in it could not be read.
  bool log_was_read = true;
  // These only when `version` is the latest one.
  std::uint64_t groups = 0;
  std::uint64_t rules = 0;
  std::uint64_t bans = 0;
  std::vector<ServiceRecord> services;  // by name; id, name, host, ports, enabled and declared only
};

// Checks the file as opening it would, but neither upgrades nor repairs it and creates nothing
// beside it. Throws StorageError: kUnreadable (also when there is none), kNewer, kCorrupt, kBusy,
// kOther. REQUIRES: no Database of this process has the file open.
Inspection inspect_database(const std::filesystem::path& path);

}  // namespace ngcshare::storage
