// Stores the keys of guests: friends that this gateway has only while it lets them into a group. A
// gateway that ended meanwhile forgets these friends at its next start.
#pragma once

#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/key.h"

namespace ngcshare::storage {

// Every function throws StorageError when the disk fails.
// REQUIRES: is destroyed before `database`.
class GuestStore {
 public:
  explicit GuestStore(Database& database);

  void add(const Key32& guest);
  void remove(const std::vector<Key32>& guests);  // all or, on failure, none
  std::vector<Key32> list();

 private:
  Database& database_;
  Statement add_;
  Statement remove_;
  Statement list_;
};

}  // namespace ngcshare::storage
