// Owners and admins of this gateway, besides those whom a flag or the group itself makes such.
#pragma once

#include <cstdint>
#include <vector>

#include "storage/database.h"
#include "storage/person.h"
#include "storage/person_rows.h"
#include "storage/statement.h"

namespace ngcshare::storage {

enum class AdminRole : std::uint8_t { kAdmin, kOwner };

struct RoleRecord {
  Person person;
  AdminRole role = AdminRole::kAdmin;
  Stamp granted;

  friend bool operator==(const RoleRecord&, const RoleRecord&) = default;
};

// REQUIRES: goes before the database. Every function throws StorageError when the disk fails.
class RoleStore {
 public:
  explicit RoleStore(Database& database);

  void put(const RoleRecord& record);  // replaces the role of that person
  bool remove(const Person& person);   // false: there was none
  std::vector<RoleRecord> list();      // owners first, then who was granted first

 private:
  Database& database_;
  PersonRows people_;
  Statement put_;
  Statement remove_;
  Statement list_;
};

}  // namespace ngcshare::storage
