#include "storage/stores/audit_store.h"

#include "storage/database/transaction.h"
#include "storage/values/clipped.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kAppend =
    "INSERT INTO audit (at, chat_id, key, nick, door, command, result) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)";
// Uses ids as a count. Gaps in the ids (prune(), a clock set back) only mean that fewer records are
// kept.
constexpr const char* kShorten = "DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?";
constexpr const char* kNewest =
    "SELECT at, chat_id, key, nick, door, command, result FROM audit ORDER BY id DESC LIMIT ?";
constexpr const char* kPruneAudit = "DELETE FROM audit WHERE at < ?";

AuditRecord read_audit(const Rows& rows) {
  return {.at = rows.integer(0),
          .chat_id = rows.optional_key(1),
          .key = rows.optional_key(2),
          .nick = rows.bytes(3),
          .door = rows.bytes(4),
          .command = rows.bytes(5),
          .result = rows.bytes(6)};
}

}  // namespace

AuditStore::AuditStore(Database& database, std::size_t most_records)
    : database_(database),
      most_records_(most_records),
      append_(database, kAppend),
      shorten_(database, kShorten),
      newest_(database, kNewest),
      prune_(database, kPruneAudit) {}

void AuditStore::append(const AuditRecord& record) {
  Transaction transaction(database_);
  append_.execute(record.at, record.chat_id, record.key, clipped(record.nick, kMaxNickBytes),
                  clipped(record.door, kMaxDoorBytes), clipped(record.command, kMaxCommandBytes),
                  clipped(record.result, kMaxResultBytes));
  shorten_.execute(most_records_);
  transaction.commit();
}

std::vector<AuditRecord> AuditStore::newest(std::size_t most) {
  std::vector<AuditRecord> records;
  Rows rows = newest_.query(most);
  while (rows.next()) records.push_back(read_audit(rows));
  return records;
}

std::size_t AuditStore::prune(std::int64_t before) {
  return static_cast<std::size_t>(prune_.execute(before));
}

}  // namespace ngcshare::storage
