// Tests that inspect() finds what opening the database would find, and leaves no trace.
#include "storage/folder/inspection.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>

#include "storage/database/database.h"
#include "storage/database/migrations.h"
#include "storage/files/error.h"
#include "storage/stores/audit_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

class InspectionTest : public testing::Test {
 protected:
  static void fill(Database& database) {
    GroupStore(database).put(sample_group(1));
    ServiceStore services(database);
    ServiceRecord web = sample_service("web");
    web.chat_id = key_of(1);
    web.declared = true;
    web.ports = {one_port(80), one_port(443)};
    services.put(web);
    services.put(sample_service("game"));
    AuditStore(database).append({.at = 1700000000,
                                 .nick = "",
                                 .door = "control",
                                 .command = "share web 80",
                                 .result = "done"});
  }
  void fill_groups(std::uint8_t groups) const {
    Database database(path_);
    for (std::uint8_t i = 0; i < groups; ++i) GroupStore(database).put(sample_group(i));
    ServiceStore(database).put(sample_service("web"));
  }
  // Starts a process that has the database open and has written to it; it waits to be killed.
  pid_t start_writer(std::uint8_t groups) const {
    std::array<int, 2> ready{};
    EXPECT_EQ(::pipe(ready.data()), 0);
    const pid_t child = start_child([&] {
      Database database(path_);
      for (std::uint8_t i = 0; i < groups; ++i) GroupStore(database).put(sample_group(i));
      if (::write(ready[1], "x", 1) != 1) return;
      while (true) ::pause();
    });
    char answer = 0;
    EXPECT_EQ(::read(ready[0], &answer, 1), 1);
    ::close(ready[0]);
    ::close(ready[1]);
    return child;
  }
  // Leaves the changes in the log.
  void crash_writer(std::uint8_t groups) const {
    const pid_t writer = start_writer(groups);
    ::kill(writer, SIGKILL);
    wait_for_child(writer);
  }
  std::uint64_t groups_in_file() const { return inspect(path_).value_or(Inspection{}).groups; }
  // Damages all pages but the first one.
  void damage() const {
    std::string bytes = content_of(path_);
    for (std::size_t page = 1; page * 4096 < bytes.size(); ++page) bytes[page * 4096] = '\x7f';
    set_content(path_, bytes);
  }
  // Returns the name and the content of every file.
  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      found[entry.path().filename()] = content_of(entry.path());
    }
    return found;
  }
  static void expect_filled(const std::optional<Inspection>& found) {
    ASSERT_TRUE(found);
    EXPECT_EQ(found->groups, 1U);
    EXPECT_TRUE(found->log_was_read);
    EXPECT_EQ(found->newest_audit, 1700000000);
    ASSERT_EQ(found->services.size(), 2U);
    EXPECT_EQ(found->services[0].name, "game");
    EXPECT_FALSE(found->services[0].declared);
    EXPECT_EQ(found->services[1].name, "web");
    EXPECT_TRUE(found->services[1].declared);
    EXPECT_EQ(found->services[0].chat_id, std::nullopt);
    EXPECT_EQ(found->services[1].chat_id, key_of(1));
    EXPECT_EQ(found->services[1].ports, (std::vector<PortRange>{one_port(80), one_port(443)}));
  }

  TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_ / "ngcshare ?#%.db";
};

TEST_F(InspectionTest, FindsNothingWhereThereIsNoDatabase) {
  EXPECT_FALSE(inspect(path_));
  EXPECT_TRUE(everything().empty());
  set_content(path_, "");
  EXPECT_FALSE(inspect(path_));
}

TEST_F(InspectionTest, OfANewDatabaseFindsNoGroup) {
  { const Database database(path_); }
  const auto found = inspect(path_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->groups, 0U);
  EXPECT_FALSE(found->newest_audit);
  EXPECT_TRUE(found->services.empty());
}

TEST_F(InspectionTest, ReadsWhatIsThereAndLeavesNoTrace) {
  {
    Database database(path_);
    fill(database);
  }
  const auto before = everything();
  expect_filled(inspect(path_));
  EXPECT_EQ(everything(), before);
}

TEST_F(InspectionTest, CountsWhatADatabaseHolds) {
  fill_groups(2);
  const auto found = inspect(path_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->version, all_migrations().back().version);
  EXPECT_EQ(found->latest_version, found->version);
  EXPECT_TRUE(found->log_was_read);
  EXPECT_EQ(found->groups, 2U);
  EXPECT_EQ(found->rules, 0U);
  EXPECT_EQ(found->bans, 0U);
  const ServiceRecord sample = sample_service("web");
  ASSERT_EQ(found->services.size(), 1U);
  EXPECT_EQ(found->services[0].name, "web");
  EXPECT_EQ(found->services[0].host, sample.host);
  EXPECT_EQ(found->services[0].ports, sample.ports);
  EXPECT_EQ(found->services[0].enabled, sample.enabled);
  EXPECT_EQ(found->services[0].declared, sample.declared);
}

TEST_F(InspectionTest, SeesWhatARunningProcessHasWrittenAndDoesNotDisturbIt) {
  fill_groups(0);
  const pid_t writer = start_writer(3);
  const auto before = everything();
  EXPECT_NE(before.at(path_.filename().string() + "-wal"), "");
  EXPECT_EQ(groups_in_file(), 3U);
  EXPECT_EQ(everything(), before);
  ::kill(writer, SIGKILL);
  wait_for_child(writer);
}

TEST_F(InspectionTest, SeesWhatAKilledProcessHasLeftInTheLogAndDoesNotTakeItIn) {
  fill_groups(0);
  crash_writer(3);
  const auto before = everything();
  const auto found = inspect(path_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->groups, 3U);
  EXPECT_TRUE(found->log_was_read);
  EXPECT_EQ(everything(), before);
  Database database(path_);
  EXPECT_EQ(GroupStore(database).list().size(), 3U);
}

TEST_F(InspectionTest, SaysWhenALogWithoutItsIndexWasNotRead) {
  fill_groups(1);
  crash_writer(3);
  std::filesystem::remove(path_.string() + "-shm");
  const auto before = everything();
  const auto found = inspect(path_);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->log_was_read);
  EXPECT_EQ(found->groups, 1U);
  EXPECT_EQ(everything(), before);
}

// A crash while the log is written back leaves half of it in the file, and all of it in the log.
TEST_F(InspectionTest, TakesHalfOfALogInTheFileForNoDamage) {
  fill_groups(1);
  crash_writer(3);
  std::filesystem::remove(path_.string() + "-shm");
  damage();
  const auto found = inspect(path_);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->log_was_read);
  EXPECT_EQ(found->version, all_migrations().back().version);
  EXPECT_EQ(found->groups, 0U);
  EXPECT_TRUE(found->services.empty());
}

// The log still contains everything, and its index was left by a dead process.
TEST_F(InspectionTest, ReadsWhatACrashHasLeftAndLeavesItAsItIs) {
  run_child([&] {
    Database database(path_);
    fill(database);
    ::_exit(0);
  });
  const auto before = everything();
  ASSERT_TRUE(before.contains(path_.filename().string() + "-wal"));
  expect_filled(inspect(path_));
  EXPECT_EQ(everything(), before);
  std::filesystem::remove(path_.string() + "-shm");
  EXPECT_TRUE(inspect(path_));  // only the version is known
  EXPECT_FALSE(std::filesystem::exists(path_.string() + "-shm"));
}

// Another process has the database open, as a running gateway does.
TEST_F(InspectionTest, ReadsBesideAProcessThatWrites) {
  std::optional<Inspection> found;
  run_and_kill(1, [&](const Acknowledge& acknowledge) {
    Database database(path_);
    fill(database);
    // Inspect in a child, because locks belong to processes.
    const int status = run_child([&] {
      const auto seen = inspect(path_);
      ::_exit(seen && seen->services.size() == 2 ? 0 : 1);
    });
    if (status == 0) acknowledge();
    while (acknowledge()) continue;
  });
  expect_filled(inspect(path_));
}

TEST_F(InspectionTest, OfAnOlderDatabaseTellsItsVersionAndItsGroups) {
  { const Database database(path_, all_migrations().first(1)); }
  execute_raw(path_, "INSERT INTO groups VALUES (zeroblob(32), 'old', NULL, 0, 0)");
  const auto before = everything();
  const auto found = inspect(path_);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->groups, 1U);
  EXPECT_EQ(found->version, 1U);
  EXPECT_GT(found->latest_version, 1U);
  EXPECT_EQ(everything(), before);
}

TEST_F(InspectionTest, RefusesWhatADatabaseRefuses) {
  { const Database database(path_); }
  execute_raw(path_, "PRAGMA user_version = 9999");
  EXPECT_EQ(kind_of([&] { inspect(path_); }), Kind::kNewer);
  set_content(path_, "this is no database " + std::string(1000, 'x'));
  EXPECT_EQ(kind_of([&] { inspect(path_); }), Kind::kCorrupt);
  std::filesystem::remove(path_);
  execute_raw(path_, "CREATE TABLE other (a); PRAGMA application_id = 17");
  EXPECT_EQ(kind_of([&] { inspect(path_); }), Kind::kOther);
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(kind_of([&] { inspect(path_); }), Kind::kUnreadable);
}

TEST_F(InspectionTest, RefusesAViewInATablesPlaceWithoutReadingIt) {
  fill_groups(1);
  execute_raw(path_,
              "ALTER TABLE groups RENAME TO other; CREATE VIEW groups AS WITH RECURSIVE c(x) AS "
              "(SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c");
  EXPECT_EQ(kind_of([&] { inspect(path_); }), Kind::kOther);
}

TEST_F(InspectionTest, SeesDamageInTheMiddle) {
  {
    Database database(path_);
    fill(database);
  }
  damage();
  const auto before = everything();
  EXPECT_EQ(kind_of([&] { inspect(path_); }), Kind::kCorrupt);
  EXPECT_EQ(everything(), before);
}

}  // namespace
}  // namespace ngcshare::storage
