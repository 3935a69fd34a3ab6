// Decides whom an invitation link lets into a group. Only the hashes of the links' secrets are
// stored.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bot/base/key.h"
#include "bot/invitation/link.h"
#include "protocol/base/entropy.h"
#include "storage/database/database.h"
#include "storage/stores/invitation_store.h"

namespace ngcshare {

class Invitations {
 public:
  // As many as one request is compared with.
  static constexpr size_t kMost = 256;

  struct Terms {
    Key chat_id{};
    bool once = false;  // for the first guest who comes, and again for the same
    std::optional<int64_t> until = std::nullopt;  // unix seconds
  };
  struct Issued {
    int64_t id = 0;
    InvitationSecret secret{};  // cannot be shown again
  };

  // REQUIRES: is destroyed before `database`. `entropy` must outlive the invitations. Throws
  // StorageError, as do all functions.
  Invitations(storage::Database& database, Entropy& entropy);

  // Returns nullopt if there are kMost already. REQUIRES: the group is stored; stamp.at is now.
  std::optional<Issued> issue(const Terms& terms, const storage::Stamp& stamp);
  // Returns the chat id of the group that a guest with this secret may enter, and notes the use;
  // nullopt if nothing allows it. Takes the same time whichever invitation, or none, it is.
  std::optional<Key> admit(const InvitationSecret& secret, const Key& guest, int64_t now);
  // Returns whether admit() would let the guest in. Notes no use.
  bool admits(const InvitationSecret& secret, const Key& guest, int64_t now) {
    return find(secret, guest, now).has_value();
  }
  // Returns those that have not ended, newest first.
  std::vector<storage::InvitationRecord> list(int64_t now);
  // Returns false if there is none with this id.
  bool revoke(int64_t id) { return store_.remove(id); }

 private:
  std::optional<storage::InvitationRecord> find(const InvitationSecret& secret, const Key& guest,
                                                int64_t now);

  Entropy& entropy_;
  storage::InvitationStore store_;
};

}  // namespace ngcshare
