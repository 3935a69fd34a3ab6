#include "storage/stores/ban_store.h"

#include "storage/database/transaction.h"
#include "storage/values/clipped.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kPutBan =
    "INSERT INTO bans (person_id, reason, until, banned_at, banned_by) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (person_id) DO UPDATE SET reason = excluded.reason, until = excluded.until, "
    "banned_at = excluded.banned_at, banned_by = excluded.banned_by";
constexpr const char* kRemoveBan =
    "DELETE FROM bans WHERE person_id = (SELECT id FROM people WHERE chat_id = ? AND key = ?)";
constexpr const char* kFindBan =
    "SELECT chat_id, key, reason, until, banned_at, banned_by FROM bans "
    "JOIN people ON people.id = person_id WHERE chat_id = ? AND key = ?";
constexpr const char* kListBan =
    "SELECT chat_id, key, reason, until, banned_at, banned_by FROM bans "
    "JOIN people ON people.id = person_id ORDER BY banned_at DESC, key, chat_id";

BanRecord read_ban(const Rows& rows) {
  return {.person = read_person(rows, 0),
          .reason = rows.bytes(2),
          .until = rows.is_null(3) ? std::nullopt : std::optional(rows.integer(3)),
          .banned = read_stamp(rows, 4)};
}

}  // namespace

BanStore::BanStore(Database& database)
    : database_(database),
      people_(database),
      put_(database, kPutBan),
      remove_(database, kRemoveBan),
      find_(database, kFindBan),
      list_(database, kListBan) {}

void BanStore::put(const BanRecord& record) {
  Transaction transaction(database_);
  put_.execute(people_.find_or_add(record.person, record.banned.at),
               clipped(record.reason, kMaxReasonBytes), record.until, record.banned.at,
               record.banned.by);
  transaction.commit();
}

bool BanStore::remove(const Person& person) {
  return remove_.execute(person.chat_id, person.key) > 0;
}

std::optional<BanRecord> BanStore::find(const Person& person) {
  Rows rows = find_.query(person.chat_id, person.key);
  if (!rows.next()) return std::nullopt;
  return read_ban(rows);
}

std::vector<BanRecord> BanStore::list() {
  std::vector<BanRecord> bans;
  Rows rows = list_.query();
  while (rows.next()) bans.push_back(read_ban(rows));
  return bans;
}

}  // namespace ngcshare::storage
