#include "storage/folder/inspection.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstring>
#include <string>
#include <string_view>
#include <system_error>

#include "storage/database/connection.h"
#include "storage/database/file_identity.h"
#include "storage/database/migrations.h"
#include "storage/database/sqlite_error.h"
#include "storage/files/error.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kServices =
    "SELECT id, name, host, enabled, declared, first, last, tcp, udp, chat_id FROM services "
    "JOIN service_ports ON service_id = id ORDER BY name, position";

// Returns SQLite's URI for a file, followed by the parameters.
std::string as_uri(const std::filesystem::path& path, std::string_view parameters) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path.string()) {
    if (c != '%' && c != '?' && c != '#') {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += kDigits[byte >> 4U];
    uri += kDigits[byte & 15U];
  }
  return uri.append(parameters);
}

std::optional<Key32> chat_id_in(const SQLite::Column& column) {
  Key32 chat_id{};
  if (column.isNull() || column.getBytes() != static_cast<int>(chat_id.size())) return std::nullopt;
  std::memcpy(chat_id.data(), column.getBlob(), chat_id.size());
  return chat_id;
}

// Parameters with which SQLite reads the file without writing to its folder. A log can be read only
// if its index (-shm) exists, because SQLite would create it; without an index, SQLite is told that
// the file does not change and ignores the log.
struct Way {
  const char* parameters;
  bool reads_log;
};

Way way_into(const std::filesystem::path& path) {
  const auto is_there = [&](const char* ending) {
    std::error_code ignored;
    return std::filesystem::exists(path.string() + ending, ignored);
  };
  if (is_there("-wal") && is_there("-shm")) return {"?mode=ro&readonly_shm=1", true};
  std::error_code error;
  const auto log_bytes = std::filesystem::file_size(path.string() + "-wal", error);
  return {"?mode=ro&immutable=1", error || log_bytes == 0};
}

class Inspector {
 public:
  Inspector(const std::filesystem::path& path, const Way& way)
      : path_(path),
        connection_(open_connection(as_uri(path, way.parameters),
                                    SQLite::OPEN_READONLY | SQLite::OPEN_URI)) {
    set_checkpoint_on_close(connection_, false);
  }

  void inspect(Inspection& found) {
    guarded(connection_, path_, [&] {
      found.version = require_usable(found.latest_version);
      if (found.version == 0) return;  // nothing was ever written
      found.holds_rows = holds_rows(connection_);
      found.groups = number("SELECT count(*) FROM groups");
      if (found.version == found.latest_version) read_more(found);
    });
  }

 private:
  std::uint32_t number(const char* sql) { return connection_.execAndGet(sql).getUInt(); }

  // Returns the version. Throws if the database cannot be used.
  std::uint32_t require_usable(std::uint32_t latest) {
    const FileIdentity identity = identity_of(connection_);
    require_ours(path_, identity, latest);
    require_sound(connection_, path_, "PRAGMA quick_check(1)");
    // A view in place of a table could be an endless query.
    if (number("SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')") != 0) {
      throw StorageError(StorageError::Kind::kOther, path_,
                         "has views or triggers, which ngcshare never creates", "restore a backup");
    }
    return identity.user_version;
  }

  void read_more(Inspection& found) {
    found.rules = number("SELECT count(*) FROM access_rules");
    found.bans = number("SELECT count(*) FROM bans");
    SQLite::Statement newest(connection_, "SELECT max(at) FROM audit");
    if (newest.executeStep() && !newest.isColumnNull(0)) {
      found.newest_audit = newest.getColumn(0).getInt64();
    }
    SQLite::Statement rows(connection_, kServices);
    while (rows.executeStep()) add_row(rows, found.services);
  }

  // Adds the row's port range to the last service, or to a new one if the row belongs to another.
  static void add_row(SQLite::Statement& row, std::vector<ServiceRecord>& services) {
    const std::int64_t id = row.getColumn(0).getInt64();
    if (services.empty() || services.back().id != id) {
      ServiceRecord& service = services.emplace_back();
      service.id = id;
      service.name = row.getColumn(1).getString();
      service.host = row.getColumn(2).getString();
      service.enabled = row.getColumn(3).getInt() != 0;
      service.declared = row.getColumn(4).getInt() != 0;
      service.chat_id = chat_id_in(row.getColumn(9));
    }
    const auto port = [&](int column) {
      return static_cast<std::uint16_t>(row.getColumn(column).getUInt());
    };
    services.back().ports.push_back({.first = port(5),
                                     .last = port(6),
                                     .tcp = row.getColumn(7).getInt() != 0,
                                     .udp = row.getColumn(8).getInt() != 0});
  }

  const std::filesystem::path& path_;
  SQLite::Database connection_;
};

}  // namespace

std::optional<Inspection> inspect(const std::filesystem::path& database) {
  std::error_code error;
  if (!std::filesystem::exists(database, error) && !error) return std::nullopt;
  const auto identity = read_identity(database);
  if (!identity) return std::nullopt;
  const std::uint32_t latest = all_migrations().back().version;
  require_ours(database, *identity, latest);
  const auto absolute = std::filesystem::absolute(database);
  const Way way = way_into(absolute);
  const Inspection nothing{
      .version = identity->user_version, .latest_version = latest, .log_was_read = way.reads_log};
  Inspection found = nothing;
  try {
    Inspector(absolute, way).inspect(found);
  } catch (const StorageError& problem) {
    // Not damage: half of the log's content may already be in the file.
    if (way.reads_log || problem.kind() != StorageError::Kind::kCorrupt) throw;
    return nothing;
  }
  return found;
}

}  // namespace ngcshare::storage
