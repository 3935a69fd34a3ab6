#include "storage/database/migrations.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/statement.h"
#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "storage/stores/person_store.h"
#include "storage/stores/pin_store.h"
#include "storage/stores/service_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;
using Steps = std::vector<Migration>;

// The known steps and one or two that a later version may add.
Steps steps_with(const std::vector<const char*>& later) {
  const auto known = all_migrations();
  Steps steps(known.begin(), known.end());
  for (const char* sql : later) {
    steps.push_back({.version = steps.back().version + 1, .sql = sql});
  }
  return steps;
}

std::string version_after(std::size_t later) {
  return std::to_string(all_migrations().back().version + later);
}

// Returns key_of(fill) as an SQL blob.
std::string hex_of(std::uint8_t fill) {
  std::string digits;
  for (int i = 0; i < 32; ++i) digits += "0" + std::to_string(fill);
  return digits;
}

constexpr const char* kAddTable = "CREATE TABLE later (x INTEGER) STRICT";
constexpr const char* kAddColumn = "ALTER TABLE groups ADD COLUMN topic TEXT NOT NULL DEFAULT ''";

class MigrationsTest : public testing::Test {
 protected:
  void create_current() {
    Database database(path_);
    GroupStore(database).put(sample_group(1));
    ServiceRecord service = sample_service("web");
    service.chat_id = key_of(1);
    ServiceStore(database).put(service);
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "ngcshare.db";
  std::filesystem::path backup_ = folder_ / ("ngcshare.db.v" + version_after(0) + ".bak");
};

TEST(Migrations, AreNumberedFromOneWithoutGaps) {
  std::uint32_t expected = 1;
  for (const Migration& migration : all_migrations()) EXPECT_EQ(migration.version, expected++);
}

TEST_F(MigrationsTest, ANewFileHasTheLatestVersionAndNoBackup) {
  create_current();
  EXPECT_EQ(pragma_of(path_, "user_version"), version_after(0));
  EXPECT_EQ(pragma_of(path_, "application_id"), std::to_string(0x4e474353));
  EXPECT_EQ(pragma_of(path_, "journal_mode"), "wal");
  EXPECT_FALSE(std::filesystem::exists(backup_));
}

TEST_F(MigrationsTest, Version1KeepsItsServicesGroupsAndPins) {
  { const Database database(path_, all_migrations().first(1)); }
  execute_raw(path_, "INSERT INTO groups VALUES (x'" + hex_of(1) +
                         "', 'friends', x'00ff', 1, 5);"
                         "INSERT INTO services (id, name, host, port, tcp, udp, chat_id, declared, "
                         "description, created_at, created_by) VALUES "
                         "(3, 'web', '127.0.0.1', 80, 1, 0, NULL, 1, '', 6, NULL), "
                         "(9, 'game', '::1', 65535, 1, 1, x'" +
                         hex_of(1) + "', 0, 'fun', 7, x'" + hex_of(2) +
                         "'); INSERT INTO gateway_pins VALUES (x'" + hex_of(1) + "', 'web', x'" +
                         hex_of(3) + "', 8080, 8)");
  Database database(path_);
  EXPECT_EQ(pragma_of(path_, "user_version"), std::to_string(all_migrations().back().version));
  const GroupRecord group{key_of(1), "friends", std::string("\0\xff", 2), true, 5};
  EXPECT_EQ(GroupStore(database).list(), std::vector{group});
  const PinRecord pin{key_of(1), "web", key_of(3), 8080, 8, /*named=*/false, /*last_used=*/8};
  EXPECT_EQ(PinStore(database).find(key_of(1), "web"), pin);
  ServiceRecord web;
  web.id = 3;
  web.name = "web";
  web.host = "127.0.0.1";
  web.ports = {{.first = 80, .last = 80, .tcp = true, .udp = false}};
  web.declared = true;
  web.created_at = 6;
  ServiceRecord game;
  game.id = 9;
  game.name = "game";
  game.host = "::1";
  game.ports = {{.first = 65535, .last = 65535, .tcp = true, .udp = true}};
  game.chat_id = key_of(1);
  game.description = "fun";
  game.created_at = 7;
  game.created_by = key_of(2);
  ServiceStore services(database);
  EXPECT_EQ(services.list(), (std::vector{game, web}));
  EXPECT_GT(services.put(sample_service("later")), 9);
  EXPECT_TRUE(GroupStore(database).remove(key_of(1)));
  EXPECT_EQ(services.find("game"), std::nullopt) << "it belonged to the group";

  const std::filesystem::path backup = folder_ / "ngcshare.db.v1.bak";
  EXPECT_EQ(pragma_of(backup, "user_version"), "1");
  Database old(backup, all_migrations().first(1));
  Statement groups(old, "SELECT name FROM groups");
  Rows rows = groups.query();
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.bytes(0), "friends");
}

// It was not recorded which groups the gateway has founded, and roles in others are strangers'.
TEST_F(MigrationsTest, Version2sGroupsGiveNoRightsByTheirRoles) {
  { const Database database(path_, all_migrations().first(2)); }
  execute_raw(path_, "INSERT INTO groups VALUES (x'" + hex_of(1) + "', 'friends', NULL, 0, 5)");
  Database database(path_);
  const GroupRecord group{.chat_id = key_of(1), .name = "friends", .joined_at = 5};
  EXPECT_EQ(GroupStore(database).list(), std::vector{group});
}

TEST_F(MigrationsTest, Version2KeepsTheNicknamesThatPeopleHaveNow) {
  { const Database database(path_, all_migrations().first(2)); }
  const std::string place = "x'" + hex_of(1) + "', x'";
  execute_raw(path_, "INSERT INTO people (chat_id, key, nick, seen_at) VALUES (" + place +
                         hex_of(2) + "', 'alice', 7), (" + place + hex_of(3) + "', '', 8)");
  Database database(path_);
  EXPECT_EQ(PersonStore(database).nicknames(key_of(1)),
            (std::vector{NicknameRecord{{key_of(1), key_of(2)}, "alice", 7}}));
}

TEST_F(MigrationsTest, AnOlderFileIsUpgradedWithACopySetAside) {
  create_current();
  { const Database database(path_, steps_with({kAddTable, kAddColumn})); }
  EXPECT_EQ(pragma_of(path_, "user_version"), version_after(2));
  execute_raw(path_, "INSERT INTO later VALUES (1); UPDATE groups SET topic = 'x'");

  EXPECT_EQ(mode_of(backup_), 0600U);
  Database old(backup_);
  EXPECT_EQ(GroupStore(old).list(), std::vector{sample_group(1)});
  EXPECT_EQ(ServiceStore(old).list().size(), 1U);
}

TEST_F(MigrationsTest, AnUpgradeKeepsTheContent) {
  create_current();
  Database database(path_, steps_with({kAddTable, kAddColumn}));
  EXPECT_EQ(GroupStore(database).list(), std::vector{sample_group(1)});
  EXPECT_EQ(ServiceStore(database).list().size(), 1U);
}

TEST_F(MigrationsTest, ATableThatOthersReferToCanBeRebuilt) {
  create_current();
  const char* rebuild =
      "CREATE TABLE groups2 (chat_id BLOB NOT NULL PRIMARY KEY, name TEXT NOT NULL, password BLOB, "
      "is_private INTEGER NOT NULL, joined_at INTEGER NOT NULL, group_roles INTEGER) STRICT;"
      "INSERT INTO groups2 SELECT * FROM groups;"
      "DROP TABLE groups; ALTER TABLE groups2 RENAME TO groups;";
  Database database(path_, steps_with({rebuild}));
  ServiceStore services(database);
  EXPECT_EQ(services.list().size(), 1U);
  EXPECT_TRUE(GroupStore(database).remove(key_of(1)));
  EXPECT_TRUE(services.list().empty()) << "foreign keys must be enforced again";
}

TEST_F(MigrationsTest, AStepThatFailsChangesNothingAndTheEarlierOnesStay) {
  create_current();
  const auto error = error_of([&] {
    const Database database(path_, steps_with({kAddTable, "DELETE FROM groups; SELECT nonsense"}));
  });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::kOther);
  EXPECT_EQ(pragma_of(path_, "user_version"), version_after(1));
  Database database(path_, steps_with({kAddTable}));
  EXPECT_EQ(GroupStore(database).list(), std::vector{sample_group(1)});
}

TEST_F(MigrationsTest, AStepThatBreaksAReferenceIsUndone) {
  create_current();
  EXPECT_EQ(kind_of([&] { const Database database(path_, steps_with({"DELETE FROM groups"})); }),
            Kind::kOther);
  Database database(path_);
  EXPECT_EQ(GroupStore(database).list(), std::vector{sample_group(1)});
}

TEST_F(MigrationsTest, AnUpgradeWithoutRoomForTheCopyChangesNothing) {
  create_current();
  const std::string before = content_of(path_);
  std::optional<Kind> kind;
  {
    const FileSizeLimit limit(before.size() / 2);
    kind = kind_of([&] { const Database database(path_, steps_with({kAddTable})); });
  }
  EXPECT_EQ(kind, Kind::kFull);
  EXPECT_EQ(content_of(path_), before);
  EXPECT_FALSE(std::filesystem::exists(backup_));
}

TEST_F(MigrationsTest, ANewerFileIsRefusedAndKept) {
  { const Database database(path_, steps_with({kAddTable})); }
  const std::string before = content_of(path_);
  const auto error = error_of([&] { const Database database(path_); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::kNewer);
  EXPECT_NE(std::string(error->what()).find(path_.string()), std::string::npos) << error->what();
  EXPECT_EQ(content_of(path_), before);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ngcshare.db-wal"));
}

TEST_F(MigrationsTest, ANewerVersionThatIsStillInTheLogIsRefusedAndKept) {
  create_current();
  const std::string main_before = content_of(path_);
  // The upgrade is committed, but the process ends before the log is written back.
  run_child([&] {
    const Database database(path_, steps_with({kAddTable}));
    ::_exit(0);
  });
  ASSERT_EQ(content_of(path_), main_before);
  const std::string log_before = content_of(folder_ / "ngcshare.db-wal");
  ASSERT_FALSE(log_before.empty());

  EXPECT_EQ(kind_of([&] { const Database database(path_); }), Kind::kNewer);
  EXPECT_EQ(content_of(path_), main_before);
  EXPECT_EQ(content_of(folder_ / "ngcshare.db-wal"), log_before);
  { const Database database(path_, steps_with({kAddTable})); }
  EXPECT_EQ(pragma_of(path_, "user_version"), version_after(1));
}

TEST_F(MigrationsTest, AnUpgradeThatIsKilledInAnyWriteHappensFullyOrNotAtAll) {
  create_current();
  const Steps steps = steps_with(
      {"CREATE TABLE later (x INTEGER PRIMARY KEY, y TEXT) STRICT;"
       "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) "
       "INSERT INTO later SELECT x, hex(randomblob(20)) FROM n;"});
  // The kernel kills the child in the write that would make a file this large.
  int killed = 0;
  for (std::size_t bytes = 4096; bytes < 4'000'000; bytes += 150'001) {
    const int status = run_child([&] {
      const FileSizeLimit limit(bytes);
      const rlimit no_core{};
      ::setrlimit(RLIMIT_CORE, &no_core);
      ::signal(SIGXFSZ, SIG_DFL);
      const Database database(path_, steps);
    });
    if (WIFSIGNALED(status)) ++killed;

    const bool upgraded = pragma_of(path_, "user_version") == version_after(1);
    EXPECT_EQ(pragma_of(path_, "integrity_check"), "ok") << bytes;
    Database database(path_, upgraded ? steps : steps_with({}));
    EXPECT_EQ(GroupStore(database).list(), std::vector{sample_group(1)}) << bytes;
    if (upgraded) break;
  }
  EXPECT_GT(killed, 2);
  EXPECT_EQ(pragma_of(path_, "user_version"), version_after(1));
}

}  // namespace
}  // namespace ngcshare::storage
