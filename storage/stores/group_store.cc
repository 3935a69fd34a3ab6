#include "storage/stores/group_store.h"

namespace ngcshare::storage {
namespace {

// Not INSERT OR REPLACE, which would delete the row first and the services with it.
constexpr const char* kPutGroup =
    "INSERT INTO groups (chat_id, name, password, is_private, joined_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (chat_id) DO UPDATE SET name = excluded.name, password = excluded.password, "
    "is_private = excluded.is_private, joined_at = excluded.joined_at";
constexpr const char* kFindGroup =
    "SELECT chat_id, name, password, is_private, joined_at FROM groups WHERE chat_id = ?";
constexpr const char* kListGroup =
    "SELECT chat_id, name, password, is_private, joined_at FROM groups ORDER BY joined_at, chat_id";
constexpr const char* kRemoveGroup = "DELETE FROM groups WHERE chat_id = ?";

GroupRecord read_group(const Rows& rows) {
  return {.chat_id = rows.key(0),
          .name = rows.bytes(1),
          .password = rows.is_null(2) ? std::nullopt : std::optional(rows.bytes(2)),
          .is_private = rows.boolean(3),
          .joined_at = rows.integer(4)};
}

std::optional<Blob> as_blob(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return Blob{*text};
}

}  // namespace

GroupStore::GroupStore(Database& database)
    : put_(database, kPutGroup),
      find_(database, kFindGroup),
      list_(database, kListGroup),
      remove_(database, kRemoveGroup) {}

void GroupStore::put(const GroupRecord& group) {
  put_.execute(group.chat_id, group.name, as_blob(group.password), group.is_private,
               group.joined_at);
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
