// Who may use nothing here, why, and until when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/database.h"
#include "storage/person.h"
#include "storage/person_rows.h"
#include "storage/statement.h"

namespace ngcshare::storage {

struct BanRecord {
  Person person;
  std::string reason;
  std::optional<std::int64_t> until = std::nullopt;  // unix seconds, the first without the ban
  Stamp banned;

  friend bool operator==(const BanRecord&, const BanRecord&) = default;
};

// Knows nothing of time: a ban is stored until it is removed. REQUIRES: goes before the database.
// Every function throws StorageError when the disk fails.
class BanStore {
 public:
  static constexpr std::size_t kMaxReasonBytes = 256;  // of a reason that much is kept

  explicit BanStore(Database& database);

  void put(const BanRecord& record);  // replaces the ban of that person
  bool remove(const Person& person);  // false: there was none
  std::optional<BanRecord> find(const Person& person);
  std::vector<BanRecord> list();  // the latest first

 private:
  Database& database_;
  PersonRows people_;
  Statement put_;
  Statement remove_;
  Statement find_;
  Statement list_;
};

}  // namespace ngcshare::storage
