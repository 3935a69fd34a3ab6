#include "storage/stores/role_store.h"

#include <string_view>

#include "storage/database/transaction.h"

namespace ngcshare::storage {
namespace {

constexpr std::string_view kOwnerText = "owner";
constexpr std::string_view kAdminText = "admin";

constexpr const char* kPutRole =
    "INSERT INTO admins (person_id, role, granted_at, granted_by) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (person_id) DO UPDATE SET role = excluded.role, "
    "granted_at = excluded.granted_at, granted_by = excluded.granted_by";
constexpr const char* kRemoveRole =
    "DELETE FROM admins WHERE person_id = (SELECT id FROM people WHERE chat_id = ? AND key = ?)";
constexpr const char* kListRole =
    "SELECT chat_id, key, role, granted_at, granted_by FROM admins "
    "JOIN people ON people.id = person_id ORDER BY role = 'owner' DESC, granted_at, key, chat_id";

}  // namespace

RoleStore::RoleStore(Database& database)
    : database_(database),
      people_(database),
      put_(database, kPutRole),
      remove_(database, kRemoveRole),
      list_(database, kListRole) {}

void RoleStore::put(const RoleRecord& record) {
  Transaction transaction(database_);
  put_.execute(people_.find_or_add(record.person, record.granted.at),
               record.role == AdminRole::kOwner ? kOwnerText : kAdminText, record.granted.at,
               record.granted.by);
  transaction.commit();
}

bool RoleStore::remove(const Person& person) {
  return remove_.execute(person.chat_id, person.key) > 0;
}

std::vector<RoleRecord> RoleStore::list() {
  std::vector<RoleRecord> roles;
  Rows rows = list_.query();
  while (rows.next()) {
    roles.push_back({.person = read_person(rows, 0),
                     .role = rows.bytes(2) == kOwnerText ? AdminRole::kOwner : AdminRole::kAdmin,
                     .granted = read_stamp(rows, 3)});
  }
  return roles;
}

}  // namespace ngcshare::storage
