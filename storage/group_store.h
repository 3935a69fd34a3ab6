// The groups this instance is in, so that it can join them again after a restart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/database.h"
#include "storage/key.h"
#include "storage/statement.h"

namespace ngcshare::storage {

struct GroupRecord {
  Key32 chat_id{};
  std::string name;
  std::optional<std::string> password = std::nullopt;  // any bytes; a secret, never to be printed
  bool is_private = false;
  std::int64_t joined_at = 0;  // unix seconds

  friend bool operator==(const GroupRecord&, const GroupRecord&) = default;
};

// REQUIRES: goes before the database. Every function throws StorageError when the disk fails.
class GroupStore {
 public:
  explicit GroupStore(Database& database);

  void put(const GroupRecord& group);  // replaces the one with that chat id; keeps its services
  std::optional<GroupRecord> find(const Key32& chat_id);
  std::vector<GroupRecord> list();    // the one joined first comes first
  bool remove(const Key32& chat_id);  // and its services; false: there was none

 private:
  Statement put_;
  Statement find_;
  Statement list_;
  Statement remove_;
};

}  // namespace ngcshare::storage
