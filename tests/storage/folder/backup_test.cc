#include "storage/folder/backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <functional>
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

  bool has_temporary_files() {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      if (entry.path().extension() == ".tmp") return true;
    }
    return false;
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
  back_up(path_, copy_);
  const std::string older = content_of(copy_);
  fill(2);
  std::optional<Kind> kind;
  {
    const FileSizeLimit limit(4096);
    kind = kind_of([&] { back_up(path_, copy_); });
  }
  EXPECT_EQ(kind, Kind::kFull);
  EXPECT_EQ(content_of(copy_), older);
  EXPECT_FALSE(has_temporary_files());
}

TEST_F(BackupTest, ReplacesAnOlderBackupAndAnEmptyFile) {
  fill(1);
  set_content(copy_, "");
  back_up(path_, copy_);
  fill(2);
  back_up(path_, copy_);
  Database copy(copy_);
  EXPECT_EQ(GroupStore(copy).list().size(), 2U);
}

TEST_F(BackupTest, ReplacesNothingThatIsNoBackup) {
  fill(1);
  const std::filesystem::path other = folder_ / "other.db";
  const struct {
    const char* name;
    std::function<void()> make;
  } kCases[] = {
      {"text", [&] { set_content(copy_, "a letter"); }},
      {"another database", [&] { execute_raw(copy_, "CREATE TABLE x (y)"); }},
      {"link", [&] { std::filesystem::create_symlink(other, copy_); }},
      {"link to nowhere", [&] { std::filesystem::create_symlink("/nowhere/x", copy_); }},
      {"folder", [&] { std::filesystem::create_directory(copy_); }},
      {"pipe", [&] { ASSERT_EQ(::mkfifo(copy_.c_str(), 0600), 0); }},
      {"socket", [&] { ASSERT_EQ(::mknod(copy_.c_str(), S_IFSOCK | 0600, 0), 0); }},
      {"the database", [&] { copy_ = path_; }},
      {"another name of it", [&] { std::filesystem::create_hard_link(path_, copy_); }},
  };
  for (const auto& row : kCases) {
    set_content(other, "of another program");
    row.make();
    EXPECT_EQ(kind_of([&] { back_up(path_, copy_); }), Kind::kOther) << row.name;
    EXPECT_EQ(content_of(other), "of another program") << row.name;
    if (copy_ == folder_ / "copy.db") std::filesystem::remove_all(copy_);
    copy_ = folder_ / "copy.db";
  }
  EXPECT_EQ(pragma_of(path_, "integrity_check"), "ok");
}

// A gateway that runs on another folder, for example.
TEST_F(BackupTest, ReplacesNoDatabaseInUse) {
  fill(1);
  const Database open(copy_);
  EXPECT_EQ(kind_of([&] { back_up(path_, copy_); }), Kind::kOther);
}

// Somebody who may write to the target's folder prepares names that a backup by root could use.
TEST_F(BackupTest, UsesNoNameThatSomebodyElseHasPrepared) {
  fill(1);
  const std::filesystem::path victim = folder_ / "victim";
  set_content(victim, "root's");
  std::filesystem::create_symlink(victim, copy_.string() + ".tmp");
  back_up(path_, copy_);
  EXPECT_EQ(content_of(victim), "root's");
  EXPECT_TRUE(std::filesystem::is_symlink(copy_.string() + ".tmp"));
  EXPECT_EQ(pragma_of(copy_, "integrity_check"), "ok");
}

TEST_F(BackupTest, FollowsNoLinkOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give links away";
  fill(1);
  std::filesystem::create_directory(folder_ / "real");
  std::filesystem::create_directory_symlink("real", folder_ / "link");
  back_up(path_, folder_ / "link/copy.db");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "real/copy.db"));
  constexpr uid_t kSomebody = 1000;
  ASSERT_EQ(::lchown((folder_ / "link").c_str(), kSomebody, kSomebody), 0);
  EXPECT_EQ(kind_of([&] { back_up(path_, folder_ / "link/new.db"); }), Kind::kOther);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "real/new.db"));
}

TEST_F(BackupTest, FollowsOwnLinksHoweverTheyAreWritten) {
  fill(1);
  std::filesystem::create_directories(folder_ / "a/b");
  std::filesystem::create_directory_symlink(folder_ / "a", folder_ / "absolute");
  std::filesystem::create_directory_symlink("../absolute/b/", folder_ / "a/relative");
  std::filesystem::create_directory_symlink("circle", folder_ / "circle");
  back_up(path_, folder_ / "absolute/../a//./relative/copy.db");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "a/b/copy.db"));
  EXPECT_EQ(kind_of([&] { back_up(path_, folder_ / "circle/copy.db"); }), Kind::kUnreadable);
  EXPECT_EQ(kind_of([&] { back_up(path_, folder_ / "none/copy.db"); }), Kind::kUnreadable);
  EXPECT_EQ(kind_of([&] { back_up(path_, path_ / "copy.db"); }), Kind::kUnreadable);
}

}  // namespace
}  // namespace ngcshare::storage
