// Rows of the table `people`, to which other tables refer. Only stores include this.
#pragma once

#include <cstdint>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/person.h"

namespace ngcshare::storage {

// Throws StorageError. REQUIRES: is destroyed before `database`.
class PersonRows {
 public:
  explicit PersonRows(Database& database);

  // Returns the person's row id; adds a row without a nickname if the person was never seen. The id
  // stays valid during the caller's Transaction, and as long as a role, ban or rule refers to it.
  std::int64_t find_or_add(const Person& person, std::int64_t at);

 private:
  Statement add_;
  Statement find_;
};

// Reads a person from two columns: chat id, key.
Person read_person(const Rows& rows, int column);
// Reads a stamp from two columns: time, author.
Stamp read_stamp(const Rows& rows, int column);

}  // namespace ngcshare::storage
