#include "storage/database/migrations.h"

#include <array>

namespace ngcshare::storage {
namespace {

// services.chat_id: NULL means offered in every group. services.declared: 1 for a service that came
// from a flag or the environment; it is removed when that no longer names it.
// gateway_pins has no reference to groups, because a member's pins must survive leaving and
// rejoining.
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

// Adds permissions. A service's id is never reused (AUTOINCREMENT), so that a rule that outlived
// its service in memory cannot let anybody into another one.
// people has no reference to groups, because a ban must survive the gateway's leaving and
// rejoining.
// claim_token.tries_left: 0 once the token was used, successfully or not.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE services_2 (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  host TEXT NOT NULL,
  chat_id BLOB REFERENCES groups (chat_id) ON UPDATE CASCADE ON DELETE CASCADE,
  declared INTEGER NOT NULL CHECK (declared IN (0, 1)),
  description TEXT NOT NULL DEFAULT '',
  enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
  policy TEXT NOT NULL DEFAULT 'members' CHECK (policy IN ('members', 'list')),
  observers INTEGER NOT NULL DEFAULT 0 CHECK (observers IN (0, 1)),
  connections_per_peer INTEGER CHECK (connections_per_peer > 0),
  connections_in_all INTEGER CHECK (connections_in_all > 0),
  bytes_per_second_per_peer INTEGER CHECK (bytes_per_second_per_peer > 0),
  bytes_per_second_in_all INTEGER CHECK (bytes_per_second_in_all > 0),
  created_at INTEGER NOT NULL,
  created_by BLOB CHECK (length(created_by) = 32)
) STRICT;

CREATE TABLE service_ports (
  service_id INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  first INTEGER NOT NULL CHECK (first BETWEEN 1 AND 65535),
  last INTEGER NOT NULL CHECK (last BETWEEN first AND 65535),
  tcp INTEGER NOT NULL CHECK (tcp IN (0, 1)),
  udp INTEGER NOT NULL CHECK (udp IN (0, 1)),
  PRIMARY KEY (service_id, position),
  CHECK (tcp OR udp)
) STRICT, WITHOUT ROWID;

INSERT INTO services_2 (id, name, host, chat_id, declared, description, created_at, created_by)
  SELECT id, name, host, chat_id, declared, description, created_at, created_by FROM services;
INSERT INTO service_ports (service_id, position, first, last, tcp, udp)
  SELECT id, 0, port, port, tcp, udp FROM services;
DROP TABLE services;
ALTER TABLE services_2 RENAME TO services;
CREATE INDEX services_by_group ON services (chat_id);

CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  chat_id BLOB NOT NULL CHECK (length(chat_id) = 32),
  key BLOB NOT NULL CHECK (length(key) = 32),
  nick TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  UNIQUE (chat_id, key)
) STRICT;

CREATE TABLE admins (
  person_id INTEGER PRIMARY KEY REFERENCES people (id),
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin')),
  granted_at INTEGER NOT NULL,
  granted_by BLOB CHECK (length(granted_by) = 32)
) STRICT;

CREATE TABLE bans (
  person_id INTEGER PRIMARY KEY REFERENCES people (id),
  reason TEXT NOT NULL,
  until INTEGER,
  banned_at INTEGER NOT NULL,
  banned_by BLOB CHECK (length(banned_by) = 32)
) STRICT;

CREATE TABLE access_rules (
  service_id INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES people (id),
  effect TEXT NOT NULL CHECK (effect IN ('allow', 'deny')),
  made_at INTEGER NOT NULL,
  made_by BLOB CHECK (length(made_by) = 32),
  PRIMARY KEY (service_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX access_rules_by_person ON access_rules (person_id);

CREATE TABLE claim_token (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  tries_left INTEGER NOT NULL CHECK (tries_left >= 0)
) STRICT;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  chat_id BLOB CHECK (length(chat_id) = 32),
  key BLOB CHECK (length(key) = 32),
  nick TEXT NOT NULL,
  door TEXT NOT NULL,
  command TEXT NOT NULL,
  result TEXT NOT NULL
) STRICT;
)sql";

// Adds the groups whose founder and moderators have rights here. Off for groups known before,
// because it was not recorded which of them this gateway has founded.
constexpr const char* kVersion3 = R"sql(
ALTER TABLE groups ADD COLUMN group_roles INTEGER NOT NULL DEFAULT 0 CHECK (group_roles IN (0, 1));
)sql";

// Adds the nicknames that each person has had. since: when the person was first seen with it; for
// those seen before this step, when they were last seen.
constexpr const char* kNicknames = R"sql(
CREATE TABLE nicknames (
  person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  nick TEXT NOT NULL,
  since INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (person_id, nick)
) STRICT, WITHOUT ROWID;

INSERT INTO nicknames (person_id, nick, since, last_at)
  SELECT id, nick, seen_at, seen_at FROM people WHERE nick <> '';
)sql";

// Adds whether a service is checked.
constexpr const char* kHealth = R"sql(
ALTER TABLE services ADD COLUMN health TEXT NOT NULL DEFAULT 'tcp' CHECK (health IN ('tcp', 'off'));
)sql";

// Adds the use of pins: named is 1 if the user has typed the name. 0 for those written before,
// because it was not recorded.
constexpr const char* kPinUse = R"sql(
ALTER TABLE gateway_pins ADD COLUMN named INTEGER NOT NULL DEFAULT 0 CHECK (named IN (0, 1));
ALTER TABLE gateway_pins ADD COLUMN last_used INTEGER NOT NULL DEFAULT 0;
UPDATE gateway_pins SET last_used = first_seen;
)sql";

// Adds invitations to groups, and the friends that are guests. invitations.used_by: the last guest;
// an invitation for one guest is that guest's from then on.
constexpr const char* kInvitations = R"sql(
CREATE TABLE invitations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  chat_id BLOB NOT NULL REFERENCES groups (chat_id) ON UPDATE CASCADE ON DELETE CASCADE,
  once INTEGER NOT NULL CHECK (once IN (0, 1)),
  used_by BLOB CHECK (length(used_by) = 32),
  uses INTEGER NOT NULL DEFAULT 0 CHECK (uses >= 0),
  until INTEGER,
  made_at INTEGER NOT NULL,
  made_by BLOB CHECK (length(made_by) = 32)
) STRICT;

CREATE INDEX invitations_by_group ON invitations (chat_id);

CREATE TABLE guests (
  key BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 32)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kMigrations = {
    Migration{.version = 1, .sql = kVersion1},    Migration{.version = 2, .sql = kVersion2},
    Migration{.version = 3, .sql = kVersion3},    Migration{.version = 4, .sql = kNicknames},
    Migration{.version = 5, .sql = kHealth},      Migration{.version = 6, .sql = kPinUse},
    Migration{.version = 7, .sql = kInvitations},
};

}  // namespace

std::span<const Migration> all_migrations() { return kMigrations; }

}  // namespace ngcshare::storage
