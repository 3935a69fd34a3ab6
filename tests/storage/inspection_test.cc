// Whatever is looked at stays as it was, down to the names in the folder.
#include "storage/inspection.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <map>
#include <string>

#include "storage/database.h"
#include "storage/group_store.h"
#include "storage/instance_lock.h"
#include "storage/migrations.h"
#include "storage/service_store.h"
#include "tests/storage/fixtures.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;
using Content = std::map<std::string, std::string>;

Content all_of(const std::filesystem::path& folder) {
  Content content;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    content[entry.path().filename().string()] = content_of(entry.path());
  }
  return content;
}

class InspectionTest : public testing::Test {
 protected:
  void fill(std::uint8_t groups) {
    Database database(path_);
    for (std::uint8_t i = 0; i < groups; ++i) GroupStore(database).put(sample_group(i));
    ServiceStore(database).put(sample_service("web"));
  }

  // A process that has the database open and has written to it; it waits to be killed.
  pid_t start_writer(std::uint8_t groups) {
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

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "ngcshare.db";
};

TEST_F(InspectionTest, CountsWhatADatabaseHoldsAndLeavesNoTrace) {
  fill(2);
  const Content before = all_of(folder_.path());
  const Inspection found = inspect_database(path_);
  EXPECT_EQ(all_of(folder_.path()), before);
  EXPECT_EQ(found.version, all_migrations().back().version);
  EXPECT_EQ(found.latest_version, found.version);
  EXPECT_TRUE(found.log_was_read);
  EXPECT_EQ(found.groups, 2U);
  EXPECT_EQ(found.rules, 0U);
  EXPECT_EQ(found.bans, 0U);
  const ServiceRecord sample = sample_service("web");
  ASSERT_EQ(found.services.size(), 1U);
  EXPECT_EQ(found.services[0].name, "web");
  EXPECT_EQ(found.services[0].host, sample.host);
  EXPECT_EQ(found.services[0].ports, sample.ports);
  EXPECT_EQ(found.services[0].enabled, sample.enabled);
  EXPECT_EQ(found.services[0].declared, sample.declared);
}

TEST_F(InspectionTest, SeesWhatARunningProcessHasWrittenAndDoesNotDisturbIt) {
  fill(0);
  const pid_t writer = start_writer(3);
  const Content before = all_of(folder_.path());
  ASSERT_NE(before.at("ngcshare.db-wal"), "");
  EXPECT_EQ(inspect_database(path_).groups, 3U);
  EXPECT_EQ(all_of(folder_.path()), before);
  ::kill(writer, SIGKILL);
  wait_for_child(writer);
}

TEST_F(InspectionTest, SeesWhatAKilledProcessHasLeftInTheLogAndDoesNotTakeItIn) {
  fill(0);
  const pid_t writer = start_writer(3);
  ::kill(writer, SIGKILL);
  wait_for_child(writer);
  const Content before = all_of(folder_.path());
  const Inspection found = inspect_database(path_);
  EXPECT_EQ(found.groups, 3U);
  EXPECT_TRUE(found.log_was_read);
  EXPECT_EQ(all_of(folder_.path()), before);
  Database database(path_);
  EXPECT_EQ(GroupStore(database).list().size(), 3U);
}

TEST_F(InspectionTest, SaysWhenALogWithoutItsIndexWasNotRead) {
  fill(1);
  const pid_t writer = start_writer(3);
  ::kill(writer, SIGKILL);
  wait_for_child(writer);
  std::filesystem::remove(path_.string() + "-shm");
  const Content before = all_of(folder_.path());
  const Inspection found = inspect_database(path_);
  EXPECT_FALSE(found.log_was_read);
  EXPECT_EQ(found.groups, 1U);
  EXPECT_EQ(all_of(folder_.path()), before);
}

TEST_F(InspectionTest, TellsTheVersionOfAnOlderOneAndLeavesItSo) {
  { Database database(path_, all_migrations().first(1)); }
  const Content before = all_of(folder_.path());
  const Inspection found = inspect_database(path_);
  EXPECT_EQ(found.version, 1U);
  EXPECT_GT(found.latest_version, 1U);
  EXPECT_EQ(all_of(folder_.path()), before);
}

TEST_F(InspectionTest, WorksInAFolderWhoseNameMeansSomethingInAFileName) {
  const auto folder = folder_ / "50% ?mode=rw#x";
  std::filesystem::create_directory(folder);
  { Database database(folder / "ngcshare.db"); }
  EXPECT_EQ(inspect_database(folder / "ngcshare.db").groups, 0U);
}

TEST_F(InspectionTest, RefusesWhatOpeningRefuses) {
  EXPECT_EQ(kind_of([&] { inspect_database(path_); }), Kind::kUnreadable);

  set_content(path_, std::string(5000, 'x'));
  EXPECT_EQ(kind_of([&] { inspect_database(path_); }), Kind::kCorrupt);

  std::filesystem::remove(path_);
  execute_raw(path_, "CREATE TABLE other (x); PRAGMA application_id = 7");
  EXPECT_EQ(kind_of([&] { inspect_database(path_); }), Kind::kOther);

  std::filesystem::remove(path_);
  fill(0);
  execute_raw(path_, "PRAGMA user_version = 9999");
  EXPECT_EQ(kind_of([&] { inspect_database(path_); }), Kind::kNewer);
}

TEST_F(InspectionTest, FindsDamageInside) {
  fill(1);
  std::string content = content_of(path_);
  ASSERT_GT(content.size(), 3 * 4096U);
  content.replace(4096, 2 * 4096, 2 * 4096, '\x55');
  set_content(path_, content);
  EXPECT_EQ(kind_of([&] { inspect_database(path_); }), Kind::kCorrupt);
  EXPECT_EQ(content_of(path_), content);
}

TEST(InstanceLockIsHeld, TellsWithoutTakingIt) {
  const TemporaryFolder folder;
  EXPECT_FALSE(InstanceLock::is_held(folder.path()));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  {
    const auto lock = InstanceLock::acquire(folder.path());
    EXPECT_TRUE(InstanceLock::is_held(folder.path()));
  }
  EXPECT_FALSE(InstanceLock::is_held(folder.path()));
  EXPECT_TRUE(InstanceLock::acquire(folder.path()));
}

}  // namespace
}  // namespace ngcshare::storage
