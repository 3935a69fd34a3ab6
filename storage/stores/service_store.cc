#include "storage/stores/service_store.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "storage/database/transaction.h"
#include "storage/files/error.h"

namespace ngcshare::storage {
namespace {

#define NGCSHARE_SERVICE_COLUMNS                                             \
  "name, host, chat_id, declared, description, enabled, policy, observers, " \
  "connections_per_peer, connections_in_all, bytes_per_second_per_peer, "    \
  "bytes_per_second_in_all, created_at, created_by, health"
#define NGCSHARE_INSERT_SERVICE                     \
  "INSERT INTO services (" NGCSHARE_SERVICE_COLUMNS \
  ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) "

constexpr const char* kAddService = NGCSHARE_INSERT_SERVICE "DO NOTHING RETURNING id";
// An update, not INSERT OR REPLACE, because rows that refer to the service's id must stay.
constexpr const char* kPutService = NGCSHARE_INSERT_SERVICE
    "DO UPDATE SET host = excluded.host, chat_id = excluded.chat_id, "
    "declared = excluded.declared, description = excluded.description, "
    "enabled = excluded.enabled, policy = excluded.policy, observers = excluded.observers, "
    "connections_per_peer = excluded.connections_per_peer, "
    "connections_in_all = excluded.connections_in_all, "
    "bytes_per_second_per_peer = excluded.bytes_per_second_per_peer, "
    "bytes_per_second_in_all = excluded.bytes_per_second_in_all, "
    "created_at = excluded.created_at, created_by = excluded.created_by, "
    "health = excluded.health RETURNING id";
constexpr const char* kFindService =
    "SELECT id, " NGCSHARE_SERVICE_COLUMNS " FROM services WHERE name = ?";
constexpr const char* kListService =
    "SELECT id, " NGCSHARE_SERVICE_COLUMNS " FROM services ORDER BY name";
constexpr const char* kRemoveService = "DELETE FROM services WHERE name = ?";
constexpr const char* kListDeclared = "SELECT name FROM services WHERE declared = 1 ORDER BY name";
constexpr const char* kAddPorts =
    "INSERT INTO service_ports (service_id, position, first, last, tcp, udp) "
    "VALUES (?, ?, ?, ?, ?, ?)";
constexpr const char* kFindPorts =
    "SELECT service_id, first, last, tcp, udp FROM service_ports WHERE service_id = ? "
    "ORDER BY position";
constexpr const char* kListPorts =
    "SELECT service_id, first, last, tcp, udp FROM service_ports ORDER BY service_id, position";
constexpr const char* kRemovePorts = "DELETE FROM service_ports WHERE service_id = ?";

#undef NGCSHARE_INSERT_SERVICE
#undef NGCSHARE_SERVICE_COLUMNS

constexpr std::string_view kMembersText = "members";
constexpr std::string_view kListText = "list";
constexpr std::string_view kTcpText = "tcp";
constexpr std::string_view kOffText = "off";

template <class Number>
std::optional<Number> optional_number(const Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return static_cast<Number>(rows.integer(column));
}

ServiceLimits read_limits(const Rows& rows, int column) {
  return {.connections_per_peer = optional_number<std::uint32_t>(rows, column),
          .connections_in_all = optional_number<std::uint32_t>(rows, column + 1),
          .bytes_per_second_per_peer = optional_number<std::uint64_t>(rows, column + 2),
          .bytes_per_second_in_all = optional_number<std::uint64_t>(rows, column + 3)};
}

ServiceRecord read_service(const Rows& rows) {
  return {.id = rows.integer(0),
          .name = rows.bytes(1),
          .host = rows.bytes(2),
          .ports = {},
          .chat_id = rows.optional_key(3),
          .declared = rows.boolean(4),
          .description = rows.bytes(5),
          .enabled = rows.boolean(6),
          .policy = rows.bytes(7) == kMembersText ? ServicePolicy::kMembers : ServicePolicy::kList,
          .observers = rows.boolean(8),
          .health = rows.bytes(15) == kOffText ? ServiceHealth::kOff : ServiceHealth::kTcp,
          .limits = read_limits(rows, 9),
          .created_at = rows.integer(13),
          .created_by = rows.optional_key(14)};
}

PortRange read_ports(const Rows& rows) {
  return {
      .first = rows.port(1), .last = rows.port(2), .tcp = rows.boolean(3), .udp = rows.boolean(4)};
}

}  // namespace

ServiceStore::ServiceStore(Database& database)
    : database_(database),
      add_(database, kAddService),
      put_(database, kPutService),
      find_(database, kFindService),
      list_(database, kListService),
      remove_(database, kRemoveService),
      list_declared_(database, kListDeclared),
      add_ports_(database, kAddPorts),
      find_ports_(database, kFindPorts),
      list_ports_(database, kListPorts),
      remove_ports_(database, kRemovePorts) {}

// Checks what the tables cannot: they check one range at a time.
void ServiceStore::require_valid(const ServiceRecord& service) const {
  if (are_valid_ports(service.ports)) return;
  throw StorageError(StorageError::Kind::kOther, database_.path(), "rejected a service's ports",
                     kAdviceBug);
}

// A database may come from elsewhere, in a backup.
void ServiceStore::require_sound(const ServiceRecord& service) const {
  if (are_valid_ports(service.ports)) return;
  throw StorageError(StorageError::Kind::kCorrupt, database_.path(),
                     "is damaged (a service has impossible ports)", kAdviceCorrupt);
}

std::optional<std::int64_t> ServiceStore::write(Statement& statement,
                                                const ServiceRecord& service) {
  const ServiceLimits& limits = service.limits;
  Rows rows = statement.query(
      service.name, service.host, service.chat_id, service.declared, service.description,
      service.enabled, service.policy == ServicePolicy::kMembers ? kMembersText : kListText,
      service.observers, limits.connections_per_peer, limits.connections_in_all,
      limits.bytes_per_second_per_peer, limits.bytes_per_second_in_all, service.created_at,
      service.created_by, service.health == ServiceHealth::kOff ? kOffText : kTcpText);
  if (!rows.next()) return std::nullopt;
  const std::int64_t id = rows.integer(0);
  remove_ports_.execute(id);
  int position = 0;
  for (const PortRange& range : service.ports) {
    add_ports_.execute(id, position++, range.first, range.last, range.tcp, range.udp);
  }
  return id;
}

std::optional<std::int64_t> ServiceStore::add(const ServiceRecord& service) {
  require_valid(service);
  Transaction transaction(database_);
  const auto id = write(add_, service);
  transaction.commit();
  return id;
}

std::int64_t ServiceStore::put(const ServiceRecord& service) {
  require_valid(service);
  Transaction transaction(database_);
  const auto id = write(put_, service);
  transaction.commit();
  return id.value();
}

std::int64_t ServiceStore::replace(const ServiceRecord& service) {
  require_valid(service);
  Transaction transaction(database_);
  remove(service.name);
  const auto id = write(add_, service);
  transaction.commit();
  return id.value();
}

std::optional<ServiceRecord> ServiceStore::find(std::string_view name) {
  Rows rows = find_.query(name);
  if (!rows.next()) return std::nullopt;
  ServiceRecord service = read_service(rows);
  Rows ports = find_ports_.query(service.id);
  while (ports.next()) service.ports.push_back(read_ports(ports));
  require_sound(service);
  return service;
}

std::vector<ServiceRecord> ServiceStore::list() {
  std::unordered_map<std::int64_t, std::vector<PortRange>> ports;
  Rows port_rows = list_ports_.query();
  while (port_rows.next()) ports[port_rows.integer(0)].push_back(read_ports(port_rows));
  std::vector<ServiceRecord> services;
  Rows rows = list_.query();
  while (rows.next()) {
    services.push_back(read_service(rows));
    services.back().ports = std::move(ports[services.back().id]);
    require_sound(services.back());
  }
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
