#include "storage/stores/pin_store.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kFindPin =
    "SELECT chat_id, service, gateway_key, local_port, first_seen FROM gateway_pins "
    "WHERE chat_id = ? AND service = ?";
constexpr const char* kPutPin =
    "INSERT INTO gateway_pins (chat_id, service, gateway_key, local_port, first_seen) "
    "VALUES (?, ?, ?, ?, ?) ON CONFLICT (chat_id, service) DO UPDATE SET "
    "gateway_key = excluded.gateway_key, local_port = excluded.local_port, "
    "first_seen = excluded.first_seen";

PinRecord read_pin(const Rows& rows) {
  return {.chat_id = rows.key(0),
          .service = rows.bytes(1),
          .gateway_key = rows.key(2),
          .local_port = rows.is_null(3) ? std::nullopt : std::optional(rows.port(3)),
          .first_seen = rows.integer(4)};
}

}  // namespace

PinStore::PinStore(Database& database) : find_(database, kFindPin), put_(database, kPutPin) {}

std::optional<PinRecord> PinStore::find(const Key32& chat_id, std::string_view service) {
  Rows rows = find_.query(chat_id, service);
  if (!rows.next()) return std::nullopt;
  return read_pin(rows);
}

void PinStore::put(const PinRecord& pin) {
  put_.execute(pin.chat_id, pin.service, pin.gateway_key, pin.local_port, pin.first_seen);
}

}  // namespace ngcshare::storage
