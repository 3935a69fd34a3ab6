// Stores the owners and admins of this gateway, except those defined by --owner or a group role.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/stores/person_rows.h"
#include "storage/values/person.h"

namespace ngcshare::storage {

enum class AdminRole : std::uint8_t { kAdmin, kOwner };

struct RoleRecord {
  Person person;
  AdminRole role = AdminRole::kAdmin;
  Stamp granted;

  friend bool operator==(const RoleRecord&, const RoleRecord&) = default;
};

// Every function throws StorageError when the disk fails.
// REQUIRES: is destroyed before `database`.
class RoleStore {
 public:
  explicit RoleStore(Database& database);

  void put(const RoleRecord& record);  // replaces the person's role
  bool remove(const Person& person);   // returns false if there was none
  std::vector<RoleRecord> list();      // owners first, then by time of grant

 private:
  Database& database_;
  PersonRows people_;
  Statement put_;
  Statement remove_;
  Statement list_;
};

}  // namespace ngcshare::storage
