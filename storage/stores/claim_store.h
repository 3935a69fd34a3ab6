// Stores the hash of the claim token, with which a person becomes an owner. There is at most one.
#pragma once

#include <cstdint>
#include <optional>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/values/key.h"

namespace ngcshare::storage {

struct ClaimRecord {
  Key32 hash{};
  std::int64_t created_at = 0;  // unix seconds
  std::int64_t expires_at = 0;
  std::uint32_t tries_left = 0;  // 0: used, successfully or not

  friend bool operator==(const ClaimRecord&, const ClaimRecord&) = default;
};

// Every function throws StorageError when the disk fails.
// REQUIRES: is destroyed before `database`.
class ClaimStore {
 public:
  explicit ClaimStore(Database& database);

  void put(const ClaimRecord& record);  // replaces the previous one
  std::optional<ClaimRecord> find();

 private:
  Statement put_;
  Statement find_;
};

}  // namespace ngcshare::storage
