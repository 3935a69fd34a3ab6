#include "storage/stores/person_store.h"

#include "storage/stores/person_rows.h"
#include "storage/values/clipped.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kAddPerson =
    "INSERT INTO people (chat_id, key, nick, seen_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (chat_id, key) DO NOTHING";
// Writes a new nickname at once, so that nobody can act under a nickname that was never stored.
constexpr const char* kUpdate =
    "UPDATE people SET nick = ?3, seen_at = ?4 "
    "WHERE chat_id = ?1 AND key = ?2 AND (nick <> ?3 OR seen_at NOT BETWEEN ?4 - ?5 AND ?4)";
constexpr const char* kFindPerson =
    "SELECT chat_id, key, nick, seen_at FROM people WHERE chat_id = ? AND key = ?";
constexpr const char* kListPerson =
    "SELECT chat_id, key, nick, seen_at FROM people WHERE chat_id = ? "
    "ORDER BY seen_at DESC, key LIMIT ?";
constexpr const char* kPrunePerson =
    "DELETE FROM people WHERE id IN (SELECT id FROM people "
    "WHERE NOT EXISTS (SELECT 1 FROM admins WHERE person_id = people.id) "
    "AND NOT EXISTS (SELECT 1 FROM bans WHERE person_id = people.id) "
    "AND NOT EXISTS (SELECT 1 FROM access_rules WHERE person_id = people.id) "
    "ORDER BY seen_at DESC, id DESC LIMIT -1 OFFSET ?)";

constexpr const char* kPutNickname =
    "INSERT INTO nicknames (person_id, nick, since, last_at) "
    "SELECT id, ?3, ?4, ?4 FROM people WHERE chat_id = ?1 AND key = ?2 "
    "ON CONFLICT (person_id, nick) DO UPDATE SET last_at = excluded.last_at";
constexpr const char* kPruneNicknames =
    "DELETE FROM nicknames WHERE (person_id, nick) IN (SELECT person_id, nicknames.nick "
    "FROM nicknames JOIN people ON people.id = person_id WHERE chat_id = ?1 AND key = ?2 "
    "ORDER BY nicknames.nick = ?3 DESC, last_at DESC LIMIT -1 OFFSET ?4)";
constexpr const char* kListNicknames =
    "SELECT chat_id, key, nicknames.nick, since FROM nicknames "
    "JOIN people ON people.id = person_id WHERE chat_id = ? ORDER BY since, key";

PersonRecord read_record(const Rows& rows) {
  return {.person = read_person(rows, 0), .nick = rows.bytes(2), .seen_at = rows.integer(3)};
}

}  // namespace

PersonStore::PersonStore(Database& database, std::size_t most_strangers)
    : most_strangers_(most_strangers),
      add_(database, kAddPerson),
      update_(database, kUpdate),
      find_(database, kFindPerson),
      list_(database, kListPerson),
      prune_(database, kPrunePerson),
      put_nickname_(database, kPutNickname),
      prune_nicknames_(database, kPruneNicknames),
      list_nicknames_(database, kListNicknames) {
  prune();
}

void PersonStore::seen(const Person& person, std::string_view nick, std::int64_t at) {
  nick = clipped(nick, kMaxNickBytes);
  const bool is_new = add_.execute(person.chat_id, person.key, nick, at) > 0;
  if (!is_new &&
      update_.execute(person.chat_id, person.key, nick, at, kSeenEverySeconds - 1) == 0) {
    return;
  }
  if (!nick.empty()) put_nickname_.execute(person.chat_id, person.key, nick, at);
  if (!is_new) prune_nicknames_.execute(person.chat_id, person.key, nick, kMostNicknames);
  if (is_new && ++added_ >= kPruneEvery) prune();
}

std::optional<PersonRecord> PersonStore::find(const Person& person) {
  Rows rows = find_.query(person.chat_id, person.key);
  if (!rows.next()) return std::nullopt;
  return read_record(rows);
}

std::vector<PersonRecord> PersonStore::list(const Key32& chat_id, std::size_t most) {
  std::vector<PersonRecord> people;
  Rows rows = list_.query(chat_id, most);
  while (rows.next()) people.push_back(read_record(rows));
  return people;
}

std::vector<NicknameRecord> PersonStore::nicknames(const Key32& chat_id) {
  std::vector<NicknameRecord> nicknames;
  Rows rows = list_nicknames_.query(chat_id);
  while (rows.next()) {
    nicknames.push_back(
        {.person = read_person(rows, 0), .nick = rows.bytes(2), .since = rows.integer(3)});
  }
  return nicknames;
}

void PersonStore::prune() {
  prune_.execute(most_strangers_);
  added_ = 0;
}

}  // namespace ngcshare::storage
