// Looks into the database of a data folder without making or changing anything there, also while a
// gateway has it open.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "storage/service_record.h"

namespace ngcshare::storage {

// What a database holds. No secret is among it.
struct Inspection {
  std::uint32_t version = 0;
  std::uint32_t latest_version = 0;  // that this program knows
  // False: a process that was killed has left a log behind, and it could not be read without
  // writing. What follows is what the file held before, or nothing where the log is needed to make
  // sense of it.
  bool log_was_read = true;
  std::uint64_t groups = 0;
  // These only when `version` is the latest one.
  std::uint64_t rules = 0;
  std::uint64_t bans = 0;
  std::optional<std::int64_t> newest_audit{};  // unix seconds; nullopt: nothing was commanded yet
  std::vector<ServiceRecord> services{};       // by name; without limits, texts and group
};

// Checks the file as opening it would, but neither upgrades nor repairs it. nullopt: there is none
// yet, or an empty one. Throws StorageError as Database does: kNewer, kCorrupt, kOther,
// kUnreadable, kBusy. REQUIRES: no Database of this process has the file open.
std::optional<Inspection> inspect(const std::filesystem::path& database);

}  // namespace ngcshare::storage
