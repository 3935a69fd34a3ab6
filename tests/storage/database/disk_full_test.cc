// Tests a full disk, simulated by the file size limit of the process.
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "storage/database/database.h"
#include "storage/database/transaction.h"
#include "storage/files/error.h"
#include "storage/files/instance_lock.h"
#include "storage/stores/service_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using Kind = StorageError::Kind;

constexpr std::size_t kLimitBytes = 500000;

ServiceRecord numbered(int i) {
  ServiceRecord service = sample_service("service " + std::to_string(i));
  service.description.assign(1000, 'x');
  return service;
}

class DiskFullTest : public testing::Test {
 protected:
  // Adds services until that fails; returns the error.
  std::optional<StorageError> fill() {
    ServiceStore services(*database_);
    const FileSizeLimit limit(kLimitBytes);
    return error_of([&] {
      for (; added_ < 5000; ++added_) services.add(numbered(added_));
    });
  }
  void expect_all_there() {
    ServiceStore services(*database_);
    EXPECT_EQ(services.list().size(), static_cast<std::size_t>(added_));
    for (int i = 0; i < added_; ++i) {
      EXPECT_EQ(unnumbered(services.find(numbered(i).name)), numbered(i)) << i;
    }
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "ngcshare.db";
  std::optional<Database> database_{path_};
  int added_ = 0;
};

TEST_F(DiskFullTest, IsSaidInOneLineThatNamesTheFile) {
  const auto error = fill();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::kFull) << error->what();
  EXPECT_EQ(std::string(error->what()).find(path_.string() + ": "), 0U) << error->what();
}

TEST_F(DiskFullTest, LosesNothingThatWasAcknowledged) {
  ASSERT_TRUE(fill());
  ASSERT_GT(added_, 10);
  expect_all_there();
  database_.reset();
  database_.emplace(path_);
  expect_all_there();
  database_.reset();
  EXPECT_EQ(pragma_of(path_, "integrity_check"), "ok");
}

TEST_F(DiskFullTest, WorksOnWhenThereIsRoomAgain) {
  ASSERT_TRUE(fill());
  ServiceStore services(*database_);
  EXPECT_TRUE(services.add(numbered(added_++)));
  expect_all_there();
}

TEST_F(DiskFullTest, UndoesTheWholeTransaction) {
  ASSERT_TRUE(fill());
  ServiceStore services(*database_);
  std::optional<Kind> kind;
  {
    const FileSizeLimit limit(kLimitBytes);
    kind = kind_of([&] {
      Transaction transaction(*database_);
      for (int i = 0; i < 3000; ++i) services.put(numbered(100000 + i));
      transaction.commit();
    });
  }
  EXPECT_EQ(kind, Kind::kFull);
  expect_all_there();
}

TEST(DiskFull, ANewDatabaseIsRefusedAndCanBeCreatedLater) {
  const TemporaryFolder folder;
  for (const std::size_t bytes : {0U, 4096U, 8192U, 40000U}) {
    std::optional<StorageError> error;
    {
      const FileSizeLimit limit(bytes);
      error = error_of([&] { const Database database(folder / "ngcshare.db"); });
    }
    if (error) {
      EXPECT_EQ(error->kind(), Kind::kFull) << bytes << " " << error->what();
    }
  }
  Database database(folder / "ngcshare.db");
  EXPECT_TRUE(ServiceStore(database).add(numbered(1)));
}

TEST(DiskFull, TheLockSaysSo) {
  const TemporaryFolder folder;
  std::optional<Kind> kind;
  {
    const FileSizeLimit limit(0);
    kind = kind_of([&] { InstanceLock::acquire(folder.path()); });
  }
  EXPECT_EQ(kind, Kind::kFull);
}

}  // namespace
}  // namespace ngcshare::storage
