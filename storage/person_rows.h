// The rows of `people` by which other tables name a person. Only stores include this.
#pragma once

#include <cstdint>

#include "storage/database.h"
#include "storage/person.h"
#include "storage/statement.h"

namespace ngcshare::storage {

// REQUIRES: goes before the database. Both functions throw StorageError.
class PersonRows {
 public:
  explicit PersonRows(Database& database);

  // Makes a row without a nickname for somebody who was never seen. The number holds as long as the
  // caller's Transaction, or a role, ban or rule refers to it.
  std::int64_t find_or_add(const Person& person, std::int64_t at);

 private:
  Statement add_;
  Statement find_;
};

// The person in two columns, chat id first.
Person read_person(const Rows& rows, int column);
// When and by whom, in two columns.
Stamp read_stamp(const Rows& rows, int column);

}  // namespace ngcshare::storage
