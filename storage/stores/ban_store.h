// Stores the banned people, each with a reason and an expiry time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/stores/person_rows.h"
#include "storage/values/person.h"

namespace ngcshare::storage {

struct BanRecord {
  Person person;
  std::string reason;
  std::optional<std::int64_t> until = std::nullopt;  // unix seconds: the first without the ban
  Stamp banned;

  friend bool operator==(const BanRecord&, const BanRecord&) = default;
};

// Has no clock: an expired ban stays until it is removed. Every function throws StorageError when
// the disk fails. REQUIRES: is destroyed before `database`.
class BanStore {
 public:
  static constexpr std::size_t kMaxReasonBytes = 256;  // longer reasons are cut

  explicit BanStore(Database& database);

  void put(const BanRecord& record);  // replaces an earlier ban of that person
  bool remove(const Person& person);  // returns false if there was none
  std::optional<BanRecord> find(const Person& person);
  std::vector<BanRecord> list();  // newest first

 private:
  Database& database_;
  PersonRows people_;
  Statement put_;
  Statement remove_;
  Statement find_;
  Statement list_;
};

}  // namespace ngcshare::storage
