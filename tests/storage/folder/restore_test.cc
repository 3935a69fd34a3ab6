#include "storage/folder/restore.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/migrations.h"
#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;
using Groups = std::vector<std::uint8_t>;

// The backup contains group 1; the database contains group 2, which came later.
class RestoreTest : public testing::Test {
 protected:
  RestoreTest() {
    Database database(path_);
    GroupStore(database).put(sample_group(1));
    database.copy_to(backup_);
    GroupStore(database).remove(key_of(1));
    GroupStore(database).put(sample_group(2));
  }

  std::optional<std::filesystem::path> run() { return restore(*lock_, path_, backup_); }
  static Groups groups_in(const std::filesystem::path& path) {
    Groups groups;
    Database database(path);
    for (const GroupRecord& group : GroupStore(database).list()) groups.push_back(group.chat_id[0]);
    return groups;
  }
  // Leaves changes in the log by ending a process without closing the database.
  void leave_log() {
    GroupRecord group = sample_group(3);
    group.joined_at += ++logs_;
    run_child([&] {
      Database database(path_);
      GroupStore(database).put(group);
      ::_exit(0);
    });
    ASSERT_GT(std::filesystem::file_size(folder_ / "ngcshare.db-wal"), 0U);
  }
  void expect_refused(Kind kind) {
    const std::string before = content_of(path_);
    EXPECT_EQ(kind_of([&] { run(); }), kind);
    EXPECT_EQ(content_of(path_), before);
    EXPECT_FALSE(std::filesystem::exists(replaced_));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "ngcshare.db.tmp"));
  }

  int logs_ = 0;
  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "ngcshare.db";
  std::filesystem::path backup_ = folder_ / "backup.db";
  std::filesystem::path replaced_ = folder_ / "ngcshare.db.replaced-1";
  std::optional<InstanceLock> lock_ = InstanceLock::acquire(folder_.path());
};

TEST_F(RestoreTest, PutsTheBackupInPlaceAndSetsTheOldOneAside) {
  EXPECT_EQ(run(), replaced_);
  EXPECT_EQ(groups_in(path_), Groups{1});
  EXPECT_EQ(groups_in(replaced_), Groups{2});
  EXPECT_EQ(groups_in(backup_), Groups{1});
  EXPECT_EQ(mode_of(path_), 0600U);
}

TEST_F(RestoreTest, TheLogOfTheOldOneGoesWithItAndNotIntoTheNewOne) {
  leave_log();
  EXPECT_EQ(run(), replaced_);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ngcshare.db-wal"));
  EXPECT_EQ(groups_in(path_), Groups{1});
  EXPECT_EQ(pragma_of(path_, "integrity_check"), "ok");
  EXPECT_EQ(groups_in(replaced_), (Groups{2, 3}));
}

TEST_F(RestoreTest, ReplacesADamagedOneAndKeepsItToo) {
  const std::string damaged(40960, '\xa5');
  set_content(path_, damaged);
  EXPECT_EQ(run(), replaced_);
  EXPECT_EQ(groups_in(path_), Groups{1});
  EXPECT_EQ(content_of(replaced_), damaged);
}

TEST_F(RestoreTest, ADamagedOneTakesItsLogsAlong) {
  set_content(path_, std::string(40960, '\xa5'));
  set_content(folder_ / "ngcshare.db-wal", "a log");
  set_content(folder_ / "ngcshare.db-journal", "a journal");
  EXPECT_EQ(run(), replaced_);
  for (const char* suffix : {"-wal", "-journal", "-shm"}) {
    EXPECT_FALSE(std::filesystem::exists(path_.string() + suffix)) << suffix;
  }
  EXPECT_EQ(content_of(replaced_.string() + "-wal"), "a log");
  EXPECT_EQ(groups_in(path_), Groups{1});
}

TEST_F(RestoreTest, WorksWhereNothingWasAndALogLiesAbout) {
  leave_log();
  std::filesystem::remove(path_);
  EXPECT_EQ(run(), std::nullopt);
  EXPECT_EQ(groups_in(path_), Groups{1});
}

TEST_F(RestoreTest, KeepsEveryOneThatItReplaced) {
  run();
  EXPECT_EQ(run(), folder_ / "ngcshare.db.replaced-2");
  EXPECT_EQ(groups_in(replaced_), Groups{2});
  EXPECT_EQ(groups_in(folder_ / "ngcshare.db.replaced-2"), Groups{1});
}

TEST_F(RestoreTest, TakesABackupWithItsLog) {
  run_child([&] {
    Database database(backup_);
    GroupStore(database).put(sample_group(5));
    ::_exit(0);
  });
  run();
  EXPECT_EQ(groups_in(path_), (Groups{1, 5}));
}

TEST_F(RestoreTest, AnOlderBackupIsUpgradedWhenItIsOpened) {
  std::filesystem::remove(backup_);
  { const Database database(backup_, all_migrations().first(1)); }
  run();
  EXPECT_EQ(pragma_of(path_, "user_version"), "1");
  EXPECT_EQ(groups_in(path_), Groups{});
  EXPECT_EQ(pragma_of(path_, "user_version"), std::to_string(all_migrations().back().version));
}

TEST_F(RestoreTest, RefusesWhatIsNoDatabaseOfOurs) {
  std::filesystem::remove(backup_);
  expect_refused(Kind::kUnreadable);
  set_content(backup_, "");
  expect_refused(Kind::kOther);
  set_content(backup_, std::string(8192, 'x'));
  expect_refused(Kind::kCorrupt);
  std::filesystem::remove(backup_);
  execute_raw(backup_, "CREATE TABLE t (x)");
  expect_refused(Kind::kOther);
}

TEST_F(RestoreTest, DoesNotAdviseToMoveAForeignFileAway) {
  set_content(backup_, "root:x:0:0:root:/root:/bin/bash");
  EXPECT_EQ(error_of([&] { run(); }).value().what(),
            backup_.string() + ": is not a database; choose another backup");
  std::filesystem::remove(backup_);
  execute_raw(backup_, "CREATE TABLE t (x)");
  EXPECT_EQ(error_of([&] { run(); }).value().what(),
            backup_.string() + ": is another program's database; choose another backup");
}

TEST_F(RestoreTest, RefusesANewerBackup) {
  execute_raw(backup_, "PRAGMA user_version = 1000");
  expect_refused(Kind::kNewer);
}

TEST_F(RestoreTest, RefusesADamagedBackup) {
  std::string content = content_of(backup_);
  ASSERT_GT(content.size(), 16384U);
  content.replace(8192, 8192, 8192, '\xa5');
  set_content(backup_, content);
  expect_refused(Kind::kCorrupt);
}

TEST_F(RestoreTest, RefusesABackupWhoseReferencesAreBroken) {
  execute_raw(backup_, "INSERT INTO bans VALUES (77, '', NULL, 0, NULL)");
  expect_refused(Kind::kCorrupt);
}

TEST_F(RestoreTest, AFullDiskChangesNothing) {
  const FileSizeLimit limit(8192);
  expect_refused(Kind::kFull);
}

TEST_F(RestoreTest, KilledInAnyWriteItLeavesTheOneOrTheOther) {
  int killed = 0;
  for (std::size_t bytes = 1; bytes < 400'000; bytes += 20'001) {
    leave_log();
    const Groups before{2, 3};
    const int status = run_child([&] {
      const FileSizeLimit limit(bytes);
      const rlimit no_core{};
      ::setrlimit(RLIMIT_CORE, &no_core);
      ::signal(SIGXFSZ, SIG_DFL);
      run();
    });
    if (!WIFSIGNALED(status)) break;
    ++killed;
    EXPECT_EQ(groups_in(path_), before) << bytes;
  }
  EXPECT_GT(killed, 2);
  EXPECT_EQ(groups_in(path_), Groups{1});
}

}  // namespace
}  // namespace ngcshare::storage
