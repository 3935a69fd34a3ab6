#include "storage/migrations.h"

#include <array>

namespace ngcshare::storage {
namespace {

// services.chat_id: NULL means offered in every group. services.declared: 1 for what came from a
// flag or the environment, which goes when it is no longer there.
// gateway_pins has no reference to groups: whom a member trusted must survive leaving and joining.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE groups (
  chat_id BLOB NOT NULL PRIMARY KEY CHECK (length(chat_id) = 32),
  name TEXT NOT NULL,
  password BLOB,
  is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
  joined_at INTEGER NOT NULL
) STRICT;

CREATE TABLE services (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
  tcp INTEGER NOT NULL CHECK (tcp IN (0, 1)),
  udp INTEGER NOT NULL CHECK (udp IN (0, 1)),
  chat_id BLOB REFERENCES groups (chat_id) ON UPDATE CASCADE ON DELETE CASCADE,
  declared INTEGER NOT NULL CHECK (declared IN (0, 1)),
  description TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  created_by BLOB CHECK (length(created_by) = 32),
  CHECK (tcp OR udp)
) STRICT;

CREATE INDEX services_by_group ON services (chat_id);

CREATE TABLE gateway_pins (
  chat_id BLOB NOT NULL CHECK (length(chat_id) = 32),
  service TEXT NOT NULL,
  gateway_key BLOB NOT NULL CHECK (length(gateway_key) = 32),
  local_port INTEGER CHECK (local_port BETWEEN 1 AND 65535),
  first_seen INTEGER NOT NULL,
  PRIMARY KEY (chat_id, service)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kMigrations = {
    Migration{.version = 1, .sql = kVersion1},
};

}  // namespace

std::span<const Migration> all_migrations() { return kMigrations; }

}  // namespace ngcshare::storage
