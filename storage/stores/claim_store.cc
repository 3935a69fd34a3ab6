#include "storage/stores/claim_store.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kPutClaim =
    "INSERT INTO claim_token (id, hash, created_at, expires_at, tries_left) VALUES (1, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at, "
    "expires_at = excluded.expires_at, tries_left = excluded.tries_left";
constexpr const char* kFindClaim =
    "SELECT hash, created_at, expires_at, tries_left FROM claim_token WHERE id = 1";

}  // namespace

ClaimStore::ClaimStore(Database& database)
    : put_(database, kPutClaim), find_(database, kFindClaim) {}

void ClaimStore::put(const ClaimRecord& record) {
  put_.execute(record.hash, record.created_at, record.expires_at, record.tries_left);
}

std::optional<ClaimRecord> ClaimStore::find() {
  Rows rows = find_.query();
  if (!rows.next()) return std::nullopt;
  return ClaimRecord{.hash = rows.key(0),
                     .created_at = rows.integer(1),
                     .expires_at = rows.integer(2),
                     .tries_left = static_cast<std::uint32_t>(rows.integer(3))};
}

}  // namespace ngcshare::storage
