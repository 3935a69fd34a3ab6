#include "storage/stores/pin_store.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kFindPin =
    "SELECT chat_id, service, gateway_key, local_port, first_seen, named, last_used "
    "FROM gateway_pins WHERE chat_id = ? AND service = ?";
constexpr const char* kListPins =
    "SELECT chat_id, service, gateway_key, local_port, first_seen, named, last_used "
    "FROM gateway_pins";
constexpr const char* kPutPin =
    "INSERT INTO gateway_pins (chat_id, service, gateway_key, local_port, first_seen, named, "
    "last_used) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (chat_id, service) DO UPDATE SET "
    "gateway_key = excluded.gateway_key, local_port = excluded.local_port, "
    "first_seen = excluded.first_seen, named = excluded.named, last_used = excluded.last_used";
constexpr const char* kRemovePin = "DELETE FROM gateway_pins WHERE chat_id = ? AND service = ?";

PinRecord read_pin(const Rows& rows) {
  return {.chat_id = rows.key(0),
          .service = rows.bytes(1),
          .gateway_key = rows.key(2),
          .local_port = rows.is_null(3) ? std::nullopt : std::optional(rows.port(3)),
          .first_seen = rows.integer(4),
          .named = rows.boolean(5),
          .last_used = rows.integer(6)};
}

}  // namespace

PinStore::PinStore(Database& database)
    : find_(database, kFindPin),
      list_(database, kListPins),
      put_(database, kPutPin),
      remove_(database, kRemovePin) {}

std::optional<PinRecord> PinStore::find(const Key32& chat_id, std::string_view service) {
  Rows rows = find_.query(chat_id, service);
  if (!rows.next()) return std::nullopt;
  return read_pin(rows);
}

std::vector<PinRecord> PinStore::list() {
  std::vector<PinRecord> pins;
  Rows rows = list_.query();
  while (rows.next()) pins.push_back(read_pin(rows));
  return pins;
}

void PinStore::put(const PinRecord& pin) {
  put_.execute(pin.chat_id, pin.service, pin.gateway_key, pin.local_port, pin.first_seen, pin.named,
               pin.last_used);
}

void PinStore::remove(const Key32& chat_id, std::string_view service) {
  remove_.execute(chat_id, service);
}

}  // namespace ngcshare::storage
