// The token by which somebody makes themselves an owner: at most one, and of it only a hash.
#pragma once

#include <cstdint>
#include <optional>

#include "storage/database.h"
#include "storage/key.h"
#include "storage/statement.h"

namespace ngcshare::storage {

struct ClaimRecord {
  Key32 hash{};
  std::int64_t created_at = 0;  // unix seconds
  std::int64_t expires_at = 0;
  std::uint32_t tries_left = 0;  // 0: used, whether it was the right one or not

  friend bool operator==(const ClaimRecord&, const ClaimRecord&) = default;
};

// REQUIRES: goes before the database. Every function throws StorageError when the disk fails.
class ClaimStore {
 public:
  explicit ClaimStore(Database& database);

  void put(const ClaimRecord& record);  // replaces the one before
  std::optional<ClaimRecord> find();

 private:
  Statement put_;
  Statement find_;
};

}  // namespace ngcshare::storage
