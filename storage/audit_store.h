// What was commanded, by whom and with what outcome. Written once, read by owners, never changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/database.h"
#include "storage/key.h"
#include "storage/statement.h"

namespace ngcshare::storage {

struct AuditRecord {
  std::int64_t at = 0;                          // unix seconds
  std::optional<Key32> chat_id = std::nullopt;  // nullopt: not from a group
  std::optional<Key32> key = std::nullopt;
  std::string nick;     // at that time
  std::string door;     // the way the command came: group chat, private message, …
  std::string command;  // REQUIRES: without secrets
  std::string result;

  friend bool operator==(const AuditRecord&, const AuditRecord&) = default;
};

// REQUIRES: goes before the database. Every function throws StorageError when the disk fails.
class AuditStore {
 public:
  // Longer texts are cut to these before they are written.
  static constexpr std::size_t kMaxNickBytes = 128;
  static constexpr std::size_t kMaxDoorBytes = 32;
  static constexpr std::size_t kMaxCommandBytes = 512;
  static constexpr std::size_t kMaxResultBytes = 256;
  static constexpr std::size_t kMostRecords = 10000;

  explicit AuditStore(Database& database, std::size_t most_records = kMostRecords);

  void append(const AuditRecord& record);             // the oldest goes when there are too many
  std::vector<AuditRecord> newest(std::size_t most);  // the latest first
  std::size_t prune(std::int64_t before);             // removes what is older than that; how many

 private:
  Database& database_;
  const std::size_t most_records_;
  Statement append_;
  Statement shorten_;
  Statement newest_;
  Statement prune_;
};

}  // namespace ngcshare::storage
