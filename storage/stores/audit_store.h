// Stores the audit log: each command with its sender and its result. Records are never changed, and
// are read by owners.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/key.h"

namespace ngcshare::storage {

struct AuditRecord {
  std::int64_t at = 0;                          // unix seconds
  std::optional<Key32> chat_id = std::nullopt;  // nullopt: the command came from no group
  std::optional<Key32> key = std::nullopt;
  std::string nick;     // at that time
  std::string door;     // how the command came: group chat, private message, …
  std::string command;  // REQUIRES: contains no secret
  std::string result;

  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

// Every function throws StorageError when the disk fails.
// REQUIRES: is destroyed before `database`.
class AuditStore {
 public:
  // Longer texts are cut to these sizes before they are written.
  static constexpr std::size_t kMaxNickBytes = 128;
  static constexpr std::size_t kMaxDoorBytes = 32;
  static constexpr std::size_t kMaxCommandBytes = 512;
  static constexpr std::size_t kMaxResultBytes = 256;
  static constexpr std::size_t kMostRecords = 10000;

  explicit AuditStore(Database& database, std::size_t most_records = kMostRecords);

  // Adds a record; removes the oldest one when there are more than `most_records`.
  void append(const AuditRecord& record);
  // Returns at most `most` records, newest first.
  std::vector<AuditRecord> newest(std::size_t most);
  // Removes all records from before the unix time `before`; returns their number.
  std::size_t prune(std::int64_t before);

 private:
  Database& database_;
  const std::size_t most_records_;
  Statement append_;
  Statement shorten_;
  Statement newest_;
  Statement prune_;
};

}  // namespace ngcshare::storage
