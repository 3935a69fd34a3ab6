#include "storage/stores/guest_store.h"

#include "storage/database/transaction.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kAddGuest = "INSERT OR IGNORE INTO guests (key) VALUES (?)";
constexpr const char* kRemoveGuest = "DELETE FROM guests WHERE key = ?";
constexpr const char* kListGuests = "SELECT key FROM guests ORDER BY key";

}  // namespace

GuestStore::GuestStore(Database& database)
    : database_(database),
      add_(database, kAddGuest),
      remove_(database, kRemoveGuest),
      list_(database, kListGuests) {}

void GuestStore::add(const Key32& guest) { add_.execute(guest); }

void GuestStore::remove(const std::vector<Key32>& guests) {
  Transaction transaction(database_);
  for (const Key32& guest : guests) remove_.execute(guest);
  transaction.commit();
}

std::vector<Key32> GuestStore::list() {
  std::vector<Key32> found;
  Rows rows = list_.query();
  while (rows.next()) found.push_back(rows.key(0));
  return found;
}

}  // namespace ngcshare::storage
