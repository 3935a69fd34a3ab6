// Stores the groups of this instance, so that it can rejoin them after a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/key.h"

namespace ngcshare::storage {

struct GroupRecord {
  Key32 chat_id{};
  std::string name;
  std::optional<std::string> password = std::nullopt;  // any bytes; a secret, must not be printed
  bool is_private = false;
  std::int64_t joined_at = 0;  // unix seconds
  bool group_roles = false;    // the group's founder and moderators have rights here

  friend bool operator==(const GroupRecord&, const GroupRecord&) = default;
};

// Every function throws StorageError when the disk fails.
// REQUIRES: is destroyed before `database`.
class GroupStore {
 public:
  explicit GroupStore(Database& database);

  // Adds a group, or replaces the record of that chat id except for its group_roles; keeps its
  // services.
  void put(const GroupRecord& group);
  // Returns false if there is no such group.
  bool set_group_roles(const Key32& chat_id, bool on);
  std::optional<GroupRecord> find(const Key32& chat_id);
  std::vector<GroupRecord> list();    // in the order of joining
  bool remove(const Key32& chat_id);  // also removes its services; returns false if there was none

 private:
  Statement put_;
  Statement set_group_roles_;
  Statement find_;
  Statement list_;
  Statement remove_;
};

}  // namespace ngcshare::storage
