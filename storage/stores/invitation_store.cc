#include "storage/stores/invitation_store.h"

#include "storage/stores/person_rows.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kAddInvitation =
    "INSERT INTO invitations (hash, chat_id, once, used_by, uses, until, made_at, made_by) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id";
constexpr const char* kListInvitations =
    "SELECT id, hash, chat_id, once, used_by, uses, until, made_at, made_by FROM invitations "
    "ORDER BY id DESC";
constexpr const char* kNoteUse =
    "UPDATE invitations SET uses = uses + 1, used_by = ?2 WHERE id = ?1 AND used_by IS NOT ?2";
constexpr const char* kRemoveInvitation = "DELETE FROM invitations WHERE id = ?";
constexpr const char* kRemoveEnded = "DELETE FROM invitations WHERE until <= ?";

InvitationRecord read_invitation(const Rows& rows) {
  return {.id = rows.integer(0),
          .hash = rows.key(1),
          .chat_id = rows.key(2),
          .once = rows.boolean(3),
          .used_by = rows.optional_key(4),
          .uses = rows.integer(5),
          .until = rows.is_null(6) ? std::nullopt : std::optional(rows.integer(6)),
          .made = read_stamp(rows, 7)};
}

}  // namespace

InvitationStore::InvitationStore(Database& database)
    : add_(database, kAddInvitation),
      list_(database, kListInvitations),
      note_use_(database, kNoteUse),
      remove_(database, kRemoveInvitation),
      remove_ended_(database, kRemoveEnded) {}

std::int64_t InvitationStore::add(const InvitationRecord& record) {
  Rows rows = add_.query(record.hash, record.chat_id, record.once, record.used_by, record.uses,
                         record.until, record.made.at, record.made.by);
  rows.next();
  const std::int64_t id = rows.integer(0);
  rows.next();  // ends the statement, and so commits
  return id;
}

std::vector<InvitationRecord> InvitationStore::list() {
  std::vector<InvitationRecord> found;
  Rows rows = list_.query();
  while (rows.next()) found.push_back(read_invitation(rows));
  return found;
}

void InvitationStore::note_use(std::int64_t id, const Key32& guest) {
  note_use_.execute(id, guest);
}

bool InvitationStore::remove(std::int64_t id) { return remove_.execute(id) > 0; }

void InvitationStore::remove_ended(std::int64_t now) { remove_ended_.execute(now); }

}  // namespace ngcshare::storage
