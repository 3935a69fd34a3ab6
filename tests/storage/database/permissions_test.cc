// Tests files and folders without read or write permission. Permissions do not apply to root, so
// the code under test runs in a child that has dropped its rights.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/files/atomic_file.h"
#include "storage/files/error.h"
#include "storage/files/instance_lock.h"
#include "storage/stores/group_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

class PermissionsTest : public testing::Test {
 protected:
  PermissionsTest() {
    Database database(path_);
    GroupStore(database).put(sample_group(1));
  }

  void allow(const std::filesystem::path& path, mode_t mode) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0) << path;
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "ngcshare.db";
};

#define EXPECT_KIND_WITHOUT_RIGHTS(expected, action)                                   \
  do {                                                                                 \
    const WithoutRights result = kind_without_rights(action);                          \
    if (!result.possible) GTEST_SKIP() << "the tests can't give up their rights here"; \
    EXPECT_EQ(result.kind, std::optional<Kind>(expected));                             \
  } while (false)

TEST_F(PermissionsTest, ADatabaseThatMayNotBeReadIsSaidToBe) {
  allow(path_, 0000);
  EXPECT_KIND_WITHOUT_RIGHTS(Kind::kUnreadable, [&] { const Database database(path_); });
}

TEST_F(PermissionsTest, AReadOnlyDatabaseIsSaidToBeAndKept) {
  const std::string before = content_of(path_);
  allow(path_, 0444);
  allow(folder_.path(), 0777);
  EXPECT_KIND_WITHOUT_RIGHTS(Kind::kReadOnly, [&] { const Database database(path_); });
  EXPECT_EQ(content_of(path_), before);
}

TEST_F(PermissionsTest, ADatabaseInAReadOnlyFolderIsSaidToBeAndKept) {
  const std::string before = content_of(path_);
  allow(path_, 0666);
  allow(folder_.path(), 0555);
  EXPECT_KIND_WITHOUT_RIGHTS(Kind::kReadOnly, [&] { const Database database(path_); });
  EXPECT_EQ(content_of(path_), before);
}

TEST_F(PermissionsTest, ANewDatabaseInAReadOnlyFolderIsSaidToBe) {
  allow(folder_.path(), 0555);
  EXPECT_KIND_WITHOUT_RIGHTS(Kind::kReadOnly, [&] { const Database database(folder_ / "new.db"); });
}

TEST_F(PermissionsTest, ALockInAReadOnlyFolderIsSaidToBe) {
  allow(folder_.path(), 0555);
  EXPECT_KIND_WITHOUT_RIGHTS(Kind::kReadOnly, [&] { InstanceLock::acquire(folder_.path()); });
}

TEST_F(PermissionsTest, AFileInAReadOnlyFolderKeepsItsContent) {
  set_content(folder_ / "profile.tox", "old");
  allow(folder_ / "profile.tox", 0666);
  allow(folder_.path(), 0555);
  EXPECT_KIND_WITHOUT_RIGHTS(Kind::kReadOnly, [&] {
    write_file_atomically(folder_ / "profile.tox", std::vector<std::uint8_t>{1});
  });
  EXPECT_EQ(content_of(folder_ / "profile.tox"), "old");
}

TEST_F(PermissionsTest, AFileThatMayNotBeReadIsNotTakenForAbsent) {
  set_content(folder_ / "profile.tox", "old");
  allow(folder_ / "profile.tox", 0000);
  EXPECT_KIND_WITHOUT_RIGHTS(Kind::kUnreadable, [&] { read_file(folder_ / "profile.tox"); });
}

}  // namespace
}  // namespace ngcshare::storage
