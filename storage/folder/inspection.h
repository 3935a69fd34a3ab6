// Reads the database of a data folder without creating or changing anything there, even while a
// gateway has it open.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "storage/values/service_record.h"

namespace ngcshare::storage {

// Contents of a database, without secrets.
struct Inspection {
  std::uint32_t version = 0;
  std::uint32_t latest_version = 0;  // the newest version that this program knows
  // False: a killed process has left a log that cannot be read without writing. Then the fields
  // below are as of before that log, or empty if the file makes no sense without it.
  bool log_was_read = true;
  bool holds_rows = false;
  std::uint64_t groups = 0;
  // The rest is filled only if `version` is the latest one.
  std::uint64_t rules = 0;
  std::uint64_t bans = 0;
  std::optional<std::int64_t> newest_audit{};  // unix seconds; nullopt: no command was given yet
  std::vector<ServiceRecord> services{};       // by name; without limits, texts and group
};

// Checks the file as Database does, but neither upgrades nor repairs it. Returns nullopt if there
// is no file yet, or an empty one. Throws StorageError as Database does: kNewer, kCorrupt, kOther,
// kUnreadable, kBusy. REQUIRES: no Database of this process has the file open.
std::optional<Inspection> inspect(const std::filesystem::path& database);

}  // namespace ngcshare::storage
