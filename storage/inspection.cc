#include "storage/inspection.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <string>
#include <string_view>
#include <system_error>

#include "storage/error.h"
#include "storage/file_identity.h"
#include "storage/migrations.h"
#include "storage/sqlite_error.h"

namespace ngcshare::storage {
namespace {

constexpr const char* kServices =
    "SELECT id, name, host, declared, first, last, tcp, udp FROM services "
    "JOIN service_ports ON service_id = id ORDER BY name, position";

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

// How SQLite can read the file and leave its folder alone. With a log beside it the log's index
// must be there too, and is then only read. nullopt: it can't.
std::optional<std::string> harmless_uri(const std::filesystem::path& path) {
  const auto is_there = [&](const char* ending) {
    std::error_code ignored;
    return std::filesystem::exists(path.string() + ending, ignored);
  };
  if (!is_there("-wal")) return as_uri(path, "?mode=ro&immutable=1");
  if (!is_there("-shm")) return std::nullopt;
  return as_uri(path, "?mode=ro&readonly_shm=1");
}

class Inspector {
 public:
  Inspector(const std::filesystem::path& path, const std::string& uri)
      : path_(path), connection_(open_connection(uri, SQLite::OPEN_READONLY | SQLite::OPEN_URI)) {
    set_checkpoint_on_close(connection_, false);
  }

  Inspection inspect() {
    return guarded(connection_, path_, [&] {
      const std::uint32_t version = require_sound();
      Inspection found;
      if (version == 0) return found;  // nothing was ever written
      found.has_group = connection_.execAndGet("SELECT count(*) FROM groups").getInt() > 0;
      if (version == all_migrations().back().version) read_more(found);
      return found;
    });
  }

 private:
  // Its version. The log may know a newer one than the file's first page. Throws when the database
  // can't be used.
  std::uint32_t require_sound() {
    const auto number = [&](const char* sql) { return connection_.execAndGet(sql).getUInt(); };
    const std::uint32_t latest = all_migrations().back().version;
    const FileIdentity identity{.application_id = number("PRAGMA application_id"),
                                .user_version = number("PRAGMA user_version"),
                                .schema_cookie = number("PRAGMA schema_version")};
    require_ours(path_, identity, latest);
    const std::string verdict = connection_.execAndGet("PRAGMA quick_check(1)").getString();
    if (verdict != "ok") {
      throw StorageError(StorageError::Kind::kCorrupt, path_, "is damaged (" + verdict + ")",
                         kAdviceCorrupt);
    }
    return identity.user_version;
  }

  void read_more(Inspection& found) {
    SQLite::Statement newest(connection_, "SELECT max(at) FROM audit");
    if (newest.executeStep() && !newest.isColumnNull(0)) {
      found.newest_audit = newest.getColumn(0).getInt64();
    }
    SQLite::Statement rows(connection_, kServices);
    while (rows.executeStep()) {
      const std::int64_t id = rows.getColumn(0).getInt64();
      if (found.services.empty() || found.services.back().id != id) {
        ServiceRecord& service = found.services.emplace_back();
        service.id = id;
        service.name = rows.getColumn(1).getString();
        service.host = rows.getColumn(2).getString();
        service.declared = rows.getColumn(3).getInt() != 0;
      }
      const auto port = [&](int column) {
        return static_cast<std::uint16_t>(rows.getColumn(column).getUInt());
      };
      found.services.back().ports.push_back({.first = port(4),
                                             .last = port(5),
                                             .tcp = rows.getColumn(6).getInt() != 0,
                                             .udp = rows.getColumn(7).getInt() != 0});
    }
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
  require_ours(database, *identity, all_migrations().back().version);
  const auto absolute = std::filesystem::absolute(database);
  const auto uri = harmless_uri(absolute);
  if (!uri) return Inspection{.has_group = true};
  return Inspector(absolute, *uri).inspect();
}

}  // namespace ngcshare::storage
