#include "bot/people/invitations.h"

#include "bot/invitation/request.h"
#include "bot/people/claim_token.h"

namespace ngcshare {
namespace {

bool is_valid_for(const storage::InvitationRecord& record, const Key& guest, int64_t now) {
  if (record.until && *record.until <= now) return false;
  return !record.once || !record.used_by || *record.used_by == guest;
}

}  // namespace

Invitations::Invitations(storage::Database& database, Entropy& entropy)
    : entropy_(entropy), store_(database) {}

std::optional<Invitations::Issued> Invitations::issue(const Terms& terms,
                                                      const storage::Stamp& stamp) {
  store_.remove_ended(stamp.at);
  if (store_.list().size() >= kMost) return std::nullopt;
  Issued issued{.secret = draw_invitation_secret(entropy_)};
  issued.id = store_.add({.hash = hash_of(issued.secret),
                          .chat_id = terms.chat_id,
                          .once = terms.once,
                          .until = terms.until,
                          .made = stamp});
  return issued;
}

std::optional<storage::InvitationRecord> Invitations::find(const InvitationSecret& secret,
                                                           const Key& guest, int64_t now) {
  const Key hash = hash_of(secret);
  std::optional<storage::InvitationRecord> found;
  for (const auto& record : store_.list()) {
    if (same_hash(record.hash, hash)) found = record;
  }
  if (found && !is_valid_for(*found, guest, now)) found.reset();
  return found;
}

std::optional<Key> Invitations::admit(const InvitationSecret& secret, const Key& guest,
                                      int64_t now) {
  const auto found = find(secret, guest, now);
  if (!found) return std::nullopt;
  store_.note_use(found->id, guest);
  return found->chat_id;
}

std::vector<storage::InvitationRecord> Invitations::list(int64_t now) {
  store_.remove_ended(now);
  return store_.list();
}

}  // namespace ngcshare
