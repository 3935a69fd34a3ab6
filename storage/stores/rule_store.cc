#include "storage/stores/rule_store.h"

#include <string_view>

#include "storage/database/transaction.h"

namespace ngcshare::storage {
namespace {

constexpr std::string_view kAllowText = "allow";
constexpr std::string_view kDenyText = "deny";

constexpr const char* kPutRule =
    "INSERT INTO access_rules (service_id, person_id, effect, made_at, made_by) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT (service_id, person_id) DO UPDATE SET "
    "effect = excluded.effect, made_at = excluded.made_at, made_by = excluded.made_by";
constexpr const char* kRemoveRule =
    "DELETE FROM access_rules WHERE service_id = ? AND "
    "person_id = (SELECT id FROM people WHERE chat_id = ? AND key = ?)";
constexpr const char* kListRule =
    "SELECT service_id, chat_id, key, effect, made_at, made_by FROM access_rules "
    "JOIN people ON people.id = person_id WHERE service_id = ? ORDER BY made_at, key, chat_id";
constexpr const char* kAll =
    "SELECT service_id, chat_id, key, effect, made_at, made_by FROM access_rules "
    "JOIN people ON people.id = person_id";

RuleRecord read_rule(const Rows& rows) {
  return {.service_id = rows.integer(0),
          .person = read_person(rows, 1),
          .effect = rows.bytes(3) == kAllowText ? RuleEffect::kAllow : RuleEffect::kDeny,
          .made = read_stamp(rows, 4)};
}

}  // namespace

RuleStore::RuleStore(Database& database)
    : database_(database),
      people_(database),
      put_(database, kPutRule),
      remove_(database, kRemoveRule),
      list_(database, kListRule),
      all_(database, kAll) {}

void RuleStore::put(const RuleRecord& record) {
  Transaction transaction(database_);
  put_.execute(record.service_id, people_.find_or_add(record.person, record.made.at),
               record.effect == RuleEffect::kAllow ? kAllowText : kDenyText, record.made.at,
               record.made.by);
  transaction.commit();
}

bool RuleStore::remove(std::int64_t service_id, const Person& person) {
  return remove_.execute(service_id, person.chat_id, person.key) > 0;
}

std::vector<RuleRecord> RuleStore::list(std::int64_t service_id) {
  std::vector<RuleRecord> rules;
  Rows rows = list_.query(service_id);
  while (rows.next()) rules.push_back(read_rule(rows));
  return rules;
}

void RuleStore::for_each(const std::function<void(const RuleRecord&)>& visit) {
  Rows rows = all_.query();
  while (rows.next()) visit(read_rule(rows));
}

}  // namespace ngcshare::storage
