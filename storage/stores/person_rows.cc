#include "storage/stores/person_rows.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kAddPersonId =
    "INSERT INTO people (chat_id, key, nick, seen_at) VALUES (?, ?, '', ?) "
    "ON CONFLICT (chat_id, key) DO NOTHING";
constexpr const char* kFindPersonId = "SELECT id FROM people WHERE chat_id = ? AND key = ?";

}  // namespace

PersonRows::PersonRows(Database& database)
    : add_(database, kAddPersonId), find_(database, kFindPersonId) {}

std::int64_t PersonRows::find_or_add(const Person& person, std::int64_t at) {
  add_.execute(person.chat_id, person.key, at);
  Rows rows = find_.query(person.chat_id, person.key);
  rows.next();
  return rows.integer(0);
}

Person read_person(const Rows& rows, int column) {
  return {.chat_id = rows.key(column), .key = rows.key(column + 1)};
}

Stamp read_stamp(const Rows& rows, int column) {
  return {.at = rows.integer(column), .by = rows.optional_key(column + 1)};
}

}  // namespace ngcshare::storage
