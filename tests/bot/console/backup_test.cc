#include "bot/console/backup.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>

#include "bot/base/exit_codes.h"
#include "storage/files/error.h"
#include "storage/folder/data_folder.h"
#include "storage/stores/group_store.h"
#include "tests/bot/options/options_helpers.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using storage::GroupStore;

class RunBackupTest : public testing::Test {
 protected:
  RunBackupTest() {
    backup_.common.data_dir = restore_.common.data_dir = data_;
    backup_.file = restore_.file = folder_ / "copy.db";
  }
  void put_group(const std::string& name) {
    DataFolder data(data_, NewStart::kMeant);
    GroupStore(data.database()).put({Key{}, name});
  }
  std::string group_name() {
    DataFolder data(data_, NewStart::kMeant);
    return GroupStore(data.database()).list().at(0).name;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path data_ = folder_ / "data";
  BackupOptions backup_;
  RestoreOptions restore_;
};

TEST_F(RunBackupTest, RestoreBringsBackWhatBackupCopied) {
  put_group("before");
  EXPECT_EQ(run_backup(backup_), kExitOk);
  put_group("after");
  EXPECT_EQ(run_restore(restore_), kExitOk);
  EXPECT_EQ(group_name(), "before");
}

TEST_F(RunBackupTest, RestoreMakesAFolderThatIsMissing) {
  put_group("before");
  run_backup(backup_);
  std::filesystem::remove_all(data_);
  EXPECT_EQ(run_restore(restore_), kExitOk);
  EXPECT_EQ(group_name(), "before");
}

TEST_F(RunBackupTest, RootDoesNotRestoreIntoSomebodyElsesFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give folders away";
  put_group("before");
  run_backup(backup_);
  constexpr uid_t kSomebody = 1000;
  ASSERT_EQ(::chown(data_.c_str(), kSomebody, kSomebody), 0);
  try {
    run_restore(restore_);
    FAIL() << "it was restored";
  } catch (const storage::StorageError& error) {
    EXPECT_NE(std::string(error.what()).find("sudo -u '#1000'"), std::string::npos) << error.what();
  }
}

TEST_F(RunBackupTest, WhileAGatewayRunsThereIsABackupButNoRestore) {
  put_group("before");
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t gateway = ::fork();
  if (gateway == 0) {
    DataFolder data(data_, NewStart::kMeant);
    GroupStore(data.database()).put({Key{}, "written meanwhile"});
    if (::write(ready[1], "+", 1) != 1) ::_exit(1);
    while (true) ::pause();
  }
  char plus = 0;
  ASSERT_EQ(::read(ready[0], &plus, 1), 1);
  EXPECT_EQ(run_backup(backup_), kExitOk);
  try {
    run_restore(restore_);
    ADD_FAILURE() << "it was not refused";
  } catch (const storage::StorageError& error) {
    EXPECT_EQ(error.kind(), storage::StorageError::Kind::kBusy);
  }
  ::kill(gateway, SIGKILL);
  ::waitpid(gateway, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  put_group("after");
  run_restore(restore_);
  EXPECT_EQ(group_name(), "written meanwhile");
}

TEST(BackupOptions, NameOneFileAndTheGatewaysFolder) {
  const auto backup = std::get<BackupOptions>(test::parse({"backup", "/tmp/x.db"}));
  EXPECT_EQ(backup.file, "/tmp/x.db");
  EXPECT_EQ(backup.common.data_dir, test::parse_run({}).common.data_dir);
  const auto restore =
      std::get<RestoreOptions>(test::parse({"restore", "--data-dir", "/srv", "y.db"}));
  EXPECT_EQ(restore.file, "y.db");
  EXPECT_EQ(restore.common.data_dir, "/srv");
  for (const char* name : {"backup", "restore"}) {
    EXPECT_NE(test::usage_error({name}).find("one file"), std::string::npos);
    EXPECT_NE(test::usage_error({name, ""}).find("one file"), std::string::npos);
    EXPECT_NE(test::usage_error({name, "a", "b"}).find("one file"), std::string::npos);
  }
}

}  // namespace
}  // namespace ngcshare
