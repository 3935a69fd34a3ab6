#include "storage/inspection.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <map>
#include <string>
#include <system_error>

#include "storage/error.h"
#include "storage/file_identity.h"
#include "storage/migrations.h"
#include "storage/sqlite_error.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

// SQLite's form of a file name that has parameters behind it.
std::string to_uri(const std::filesystem::path& path, const char* parameters) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path.string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#') {
      uri += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    } else {
      uri += c;
    }
  }
  return uri + parameters;
}

bool exists(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

bool has_content(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return !error && size > 0;
}

// With the log's index there SQLite can read along with a writer, or read what a killed one has
// left, and writes neither. Without it nobody has the database open, and it is read as a file that
// doesn't change: SQLite would make an index otherwise.
struct Way {
  const char* parameters;
  bool reads_log;
};

Way way_into(const std::filesystem::path& path) {
  if (exists(path.string() + "-shm")) return {"?mode=ro&readonly_shm=1", true};
  return {"?mode=ro&immutable=1", false};
}

void require_sound(const std::filesystem::path& path, SQLite::Database& connection) {
  const std::string verdict = connection.execAndGet("PRAGMA quick_check(1)").getString();
  if (verdict == "ok") return;
  throw StorageError(Kind::kCorrupt, path, "is damaged (" + verdict + ")", kAdviceCorrupt);
}

std::vector<ServiceRecord> read_services(SQLite::Database& connection) {
  std::vector<ServiceRecord> services;
  std::map<std::int64_t, std::size_t> places;
  SQLite::Statement rows(connection,
                         "SELECT id, name, host, enabled, declared FROM services ORDER BY name");
  while (rows.executeStep()) {
    ServiceRecord service;
    service.id = rows.getColumn(0).getInt64();
    service.name = rows.getColumn(1).getString();
    service.host = rows.getColumn(2).getString();
    service.enabled = rows.getColumn(3).getInt() != 0;
    service.declared = rows.getColumn(4).getInt() != 0;
    places[service.id] = services.size();
    services.push_back(std::move(service));
  }
  SQLite::Statement ports(connection,
                          "SELECT service_id, first, last, tcp, udp FROM service_ports "
                          "ORDER BY service_id, position");
  while (ports.executeStep()) {
    const auto place = places.find(ports.getColumn(0).getInt64());
    if (place == places.end()) continue;
    services[place->second].ports.push_back(
        {.first = static_cast<std::uint16_t>(ports.getColumn(1).getInt()),
         .last = static_cast<std::uint16_t>(ports.getColumn(2).getInt()),
         .tcp = ports.getColumn(3).getInt() != 0,
         .udp = ports.getColumn(4).getInt() != 0});
  }
  return services;
}

Inspection read_all(const std::filesystem::path& path, SQLite::Database& connection) {
  const auto number = [&](const char* sql) { return connection.execAndGet(sql).getUInt(); };
  Inspection found;
  found.latest_version = all_migrations().back().version;
  // The log can hold a newer first page than the file.
  const FileIdentity identity{.application_id = number("PRAGMA application_id"),
                              .user_version = number("PRAGMA user_version"),
                              .schema_cookie = number("PRAGMA schema_version")};
  require_ours(path, identity, found.latest_version);
  require_sound(path, connection);
  found.version = identity.user_version;
  if (found.version != found.latest_version) return found;
  found.groups = number("SELECT count(*) FROM groups");
  found.rules = number("SELECT count(*) FROM access_rules");
  found.bans = number("SELECT count(*) FROM bans");
  found.services = read_services(connection);
  return found;
}

}  // namespace

Inspection inspect_database(const std::filesystem::path& path) {
  const std::filesystem::path absolute = std::filesystem::absolute(path);
  const std::uint32_t latest = all_migrations().back().version;
  require_ours(absolute, read_identity(absolute).value_or(FileIdentity{}), latest);
  const Way way = way_into(absolute);
  SQLite::Database connection =
      open_connection(to_uri(absolute, way.parameters), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
  set_checkpoint_on_close(connection, false);
  Inspection found = guarded(connection, absolute, [&] { return read_all(absolute, connection); });
  found.log_was_read = way.reads_log || !has_content(absolute.string() + "-wal");
  return found;
}

}  // namespace ngcshare::storage
