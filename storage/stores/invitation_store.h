// Stores the invitations to groups, each with the hash of the secret that a guest has to know.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/key.h"
#include "storage/values/person.h"

namespace ngcshare::storage {

struct InvitationRecord {
  std::int64_t id = 0;  // never used again
  Key32 hash{};
  Key32 chat_id{};
  bool once = false;                                 // for one guest, who may come again
  std::optional<Key32> used_by = std::nullopt;       // the key of the last guest
  std::int64_t uses = 0;                             // one who comes again at once counts as one
  std::optional<std::int64_t> until = std::nullopt;  // unix seconds; nullopt: until revoked
  Stamp made;

  friend bool operator==(const InvitationRecord&, const InvitationRecord&) = default;
};

// Every function throws StorageError when the disk fails.
// REQUIRES: is destroyed before `database`.
class InvitationStore {
 public:
  explicit InvitationStore(Database& database);

  // Returns the new id; that of the record is not read. REQUIRES: the group is stored.
  std::int64_t add(const InvitationRecord& record);
  std::vector<InvitationRecord> list();  // newest first
  // Notes that a guest with this key has come.
  void note_use(std::int64_t id, const Key32& guest);
  bool remove(std::int64_t id);  // returns false if there was none
  void remove_ended(std::int64_t now);

 private:
  Statement add_;
  Statement list_;
  Statement note_use_;
  Statement remove_;
  Statement remove_ended_;
};

}  // namespace ngcshare::storage
