// Stores the rules that allow or deny a person a service, whatever the service's policy is.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/stores/person_rows.h"
#include "storage/values/person.h"

namespace ngcshare::storage {

enum class RuleEffect : std::uint8_t { kAllow, kDeny };

struct RuleRecord {
  std::int64_t service_id = 0;
  Person person;
  RuleEffect effect = RuleEffect::kAllow;
  Stamp made;

  friend bool operator==(const RuleRecord&, const RuleRecord&) = default;
};

// Removing a service removes its rules. Every function throws StorageError when the disk fails;
// put() throws kOther if there is no such service. REQUIRES: is destroyed before `database`.
class RuleStore {
 public:
  explicit RuleStore(Database& database);

  void put(const RuleRecord& record);  // replaces the rule of that service and person
  bool remove(std::int64_t service_id, const Person& person);  // returns false if there was none
  std::vector<RuleRecord> list(std::int64_t service_id);       // oldest first
  // Visits all rules of all services. `visit` must not use the store.
  void for_each(const std::function<void(const RuleRecord&)>& visit);

 private:
  Database& database_;
  PersonRows people_;
  Statement put_;
  Statement remove_;
  Statement list_;
  Statement all_;
};

}  // namespace ngcshare::storage
