#include "storage/stores/group_store.h"

namespace ngcshare::storage {
namespace {

// Not INSERT OR REPLACE, which would delete the row first and the services with it. A group that is
// there keeps its group_roles, because only a command may change them.
constexpr const char* kPutGroup =
    "INSERT INTO groups (chat_id, name, password, is_private, joined_at, group_roles) "
    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (chat_id) DO UPDATE SET name = excluded.name, password "
    "= excluded.password, "
    "is_private = excluded.is_private, joined_at = excluded.joined_at";
constexpr const char* kSetGroupRoles = "UPDATE groups SET group_roles = ? WHERE chat_id = ?";
constexpr const char* kFindGroup =
    "SELECT chat_id, name, password, is_private, joined_at, group_roles FROM groups "
    "WHERE chat_id = ?";
constexpr const char* kListGroup =
    "SELECT chat_id, name, password, is_private, joined_at, group_roles FROM groups "
    "ORDER BY joined_at, chat_id";
constexpr const char* kRemoveGroup = "DELETE FROM groups WHERE chat_id = ?";

GroupRecord read_group(const Rows& rows) {
  return {.chat_id = rows.key(0),
          .name = rows.bytes(1),
          .password = rows.is_null(2) ? std::nullopt : std::optional(rows.bytes(2)),
          .is_private = rows.boolean(3),
          .joined_at = rows.integer(4),
          .group_roles = rows.boolean(5)};
}

std::optional<Blob> as_blob(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return Blob{*text};
}

}  // namespace

GroupStore::GroupStore(Database& database)
    : put_(database, kPutGroup),
      set_group_roles_(database, kSetGroupRoles),
      find_(database, kFindGroup),
      list_(database, kListGroup),
      remove_(database, kRemoveGroup) {}

void GroupStore::put(const GroupRecord& group) {
  put_.execute(group.chat_id, group.name, as_blob(group.password), group.is_private,
               group.joined_at, group.group_roles);
}

bool GroupStore::set_group_roles(const Key32& chat_id, bool on) {
  return set_group_roles_.execute(on, chat_id) > 0;
}

std::optional<GroupRecord> GroupStore::find(const Key32& chat_id) {
  Rows rows = find_.query(chat_id);
  if (!rows.next()) return std::nullopt;
  return read_group(rows);
}

std::vector<GroupRecord> GroupStore::list() {
  std::vector<GroupRecord> groups;
  Rows rows = list_.query();
  while (rows.next()) groups.push_back(read_group(rows));
  return groups;
}

bool GroupStore::remove(const Key32& chat_id) { return remove_.execute(chat_id) > 0; }

}  // namespace ngcshare::storage
