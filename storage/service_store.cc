#include "storage/service_store.h"

#include <algorithm>

#include "storage/transaction.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kAdd =
    "INSERT INTO services (name, host, port, tcp, udp, chat_id, declared, description, created_at, "
    "created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING";
// An update, not INSERT OR REPLACE: what refers to the service's id must stay.
constexpr const char* kPut =
    "INSERT INTO services (name, host, port, tcp, udp, chat_id, declared, description, created_at, "
    "created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
    "host = excluded.host, port = excluded.port, tcp = excluded.tcp, udp = excluded.udp, "
    "chat_id = excluded.chat_id, declared = excluded.declared, "
    "description = excluded.description, created_at = excluded.created_at, "
    "created_by = excluded.created_by";
constexpr const char* kFind =
    "SELECT name, host, port, tcp, udp, chat_id, declared, description, created_at, created_by "
    "FROM services WHERE name = ?";
constexpr const char* kList =
    "SELECT name, host, port, tcp, udp, chat_id, declared, description, created_at, created_by "
    "FROM services ORDER BY name";
constexpr const char* kRemove = "DELETE FROM services WHERE name = ?";
constexpr const char* kListDeclared = "SELECT name FROM services WHERE declared = 1 ORDER BY name";

ServiceRecord read_service(const Rows& rows) {
  return {.name = rows.bytes(0),
          .host = rows.bytes(1),
          .port = rows.port(2),
          .tcp = rows.boolean(3),
          .udp = rows.boolean(4),
          .chat_id = rows.optional_key(5),
          .declared = rows.boolean(6),
          .description = rows.bytes(7),
          .created_at = rows.integer(8),
          .created_by = rows.optional_key(9)};
}

int execute_with(Statement& statement, const ServiceRecord& service) {
  return statement.execute(service.name, service.host, service.port, service.tcp, service.udp,
                           service.chat_id, service.declared, service.description,
                           service.created_at, service.created_by);
}

}  // namespace

ServiceStore::ServiceStore(Database& database)
    : database_(database),
      add_(database, kAdd),
      put_(database, kPut),
      find_(database, kFind),
      list_(database, kList),
      remove_(database, kRemove),
      list_declared_(database, kListDeclared) {}

bool ServiceStore::add(const ServiceRecord& service) { return execute_with(add_, service) > 0; }

void ServiceStore::put(const ServiceRecord& service) { execute_with(put_, service); }

std::optional<ServiceRecord> ServiceStore::find(std::string_view name) {
  Rows rows = find_.query(name);
  if (!rows.next()) return std::nullopt;
  return read_service(rows);
}

std::vector<ServiceRecord> ServiceStore::list() {
  std::vector<ServiceRecord> services;
  Rows rows = list_.query();
  while (rows.next()) services.push_back(read_service(rows));
  return services;
}

bool ServiceStore::remove(std::string_view name) { return remove_.execute(name) > 0; }

std::vector<std::string> ServiceStore::remove_declared_except(std::span<const std::string> names) {
  Transaction transaction(database_);
  std::vector<std::string> gone;
  {
    Rows rows = list_declared_.query();
    while (rows.next()) {
      std::string name = rows.bytes(0);
      if (std::find(names.begin(), names.end(), name) == names.end()) gone.push_back(name);
    }
  }
  for (const std::string& name : gone) remove(name);
  transaction.commit();
  return gone;
}

}  // namespace ngcshare::storage
