#include "storage/folder/backup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <optional>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/file_identity.h"
#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

class BackupTest : public testing::Test {
 protected:
  void fill(std::uint8_t groups) {
    Database database(path_);
    for (std::uint8_t i = 0; i < groups; ++i) GroupStore(database).put(sample_group(i));
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "ngcshare.db";
  std::filesystem::path copy_ = folder_ / "copy.db";
};

TEST_F(BackupTest, CopiesADatabaseThatNobodyHasOpenAndLeavesItAlone) {
  fill(2);
  const std::string before = content_of(path_);
  back_up(path_, copy_);
  EXPECT_EQ(content_of(path_), before);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ngcshare.db-wal"));
  EXPECT_EQ(mode_of(copy_), 0600U);
  Database copy(copy_);
  EXPECT_EQ(GroupStore(copy).list().size(), 2U);
}

TEST_F(BackupTest, CopiesWhatAnotherProcessHasWrittenAndGoesOnWriting) {
  fill(0);
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = start_child([&] {
    Database database(path_);
    GroupStore groups(database);
    groups.put(sample_group(1));
    if (::write(ready[1], "+", 1) != 1) return;
    for (std::uint8_t i = 0;; ++i) groups.put(sample_group(i));
  });
  char plus = 0;
  ASSERT_EQ(::read(ready[0], &plus, 1), 1);
  for (int i = 0; i < 5; ++i) {
    back_up(path_, copy_);
    Database copy(copy_);
    EXPECT_TRUE(GroupStore(copy).find(key_of(1)));
  }
  EXPECT_EQ(pragma_of(copy_, "integrity_check"), "ok");
  ::kill(child, SIGKILL);
  wait_for_child(child);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(BackupTest, CopiesADatabaseThatAnotherProcessHasJustMade) {
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = start_child([&] {
    const Database database(path_);
    if (::write(ready[1], "+", 1) == 1) ::pause();
  });
  char plus = 0;
  ASSERT_EQ(::read(ready[0], &plus, 1), 1);
  back_up(path_, copy_);
  EXPECT_EQ(pragma_of(copy_, "application_id"), std::to_string(kApplicationId));
  ::kill(child, SIGKILL);
  wait_for_child(child);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(BackupTest, SaysWhenThereIsNoDatabaseAndMakesNone) {
  EXPECT_EQ(kind_of([&] { back_up(path_, copy_); }), Kind::kUnreadable);
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_FALSE(std::filesystem::exists(copy_));
}

TEST_F(BackupTest, KeepsTheOlderCopyWhenTheDiskIsFull) {
  fill(1);
  set_content(copy_, "older copy");
  std::optional<Kind> kind;
  {
    const FileSizeLimit limit(4096);
    kind = kind_of([&] { back_up(path_, copy_); });
  }
  EXPECT_EQ(kind, Kind::kFull);
  EXPECT_EQ(content_of(copy_), "older copy");
}

}  // namespace
}  // namespace ngcshare::storage
