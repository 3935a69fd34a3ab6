#include "storage/folder/data_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "tests/support/storage_fixtures.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using storage::StorageError;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777;
}

// Returns the error that opening the folder throws, or nullopt.
std::optional<StorageError> error_of(const std::filesystem::path& path,
                                     NewStart new_start = NewStart::kNotMeant) {
  try {
    const DataFolder folder(path, new_start);
  } catch (const StorageError& error) {
    return error;
  }
  return std::nullopt;
}

TEST(DataFolder, IsMadeForItsOwnerAlone) {
  const test::TemporaryFolder parent;
  for (const char* name : {"data", "deep/down/data", "slash/"}) {
    const DataFolder folder(parent / name);
    EXPECT_EQ(mode_of(parent / name), 0700U) << name;
    EXPECT_EQ(mode_of(parent / name / "ngcshare.db"), 0600U) << name;
  }
}

TEST(DataFolder, KeepsTheModeOfOneThatIsThere) {
  const test::TemporaryFolder parent;
  std::filesystem::create_directory(parent / "data");
  ::chmod((parent / "data").c_str(), 0750);
  const DataFolder folder(parent / "data");
  EXPECT_EQ(mode_of(parent / "data"), 0750U);
}

TEST(DataFolder, IsHeldByOneAtATime) {
  const test::TemporaryFolder parent;
  {
    const DataFolder holder(parent / "data");
    const auto error = error_of(parent / "data");
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), StorageError::Kind::kBusy);
    const std::string what = error->what();
    EXPECT_NE(what.find(std::to_string(::getpid())), std::string::npos) << what;
    EXPECT_NE(what.find("--data-dir"), std::string::npos) << what;
    EXPECT_EQ(what.find('\n'), std::string::npos) << what;
  }
  EXPECT_FALSE(error_of(parent / "data"));
}

TEST(DataFolder, CannotBeAFile) {
  const test::TemporaryFolder parent;
  const std::string file = parent.file("data", "hello");
  EXPECT_TRUE(error_of(file));
  EXPECT_TRUE(error_of(file + "/below"));
  EXPECT_TRUE(error_of(""));
}

TEST(DataFolder, CannotHoldADamagedDatabase) {
  const test::TemporaryFolder parent;
  std::filesystem::create_directory(parent / "data");
  parent.file("data/ngcshare.db", std::string(4096, 'x'));
  const auto error = error_of(parent / "data");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), StorageError::Kind::kCorrupt);
  EXPECT_EQ(std::filesystem::file_size(parent / "data/ngcshare.db"), 4096U);
}

TEST(DataFolder, KeepsTheProfile) {
  const test::TemporaryFolder parent;
  {
    const DataFolder folder(parent / "data");
    EXPECT_TRUE(folder.load_profile().empty());
    folder.save_profile({1, 2, 3});
    folder.save_profile({4, 5});
  }
  const DataFolder again(parent / "data");
  EXPECT_EQ(again.load_profile(), (std::vector<uint8_t>{4, 5}));
  EXPECT_EQ(mode_of(parent / "data/profile.tox"), 0600U);
}

// -- a half of the folder is lost ----------------------------------------------------------------

class LostHalf : public testing::Test {
 protected:
  // Uses the folder as a gateway does.
  void use() {
    DataFolder folder(data_, NewStart::kMeant);
    folder.save_profile({1, 2, 3});
    storage::GroupStore(folder.database()).put({storage::Key32{7}, "friends"});
  }
  void remove_database() {
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove((data_ / kDatabaseFile).string() + suffix);
    }
  }
  // The size of each file but the lock and those that SQLite leaves without content.
  std::map<std::string, uintmax_t> sizes() {
    std::map<std::string, uintmax_t> sizes;
    for (const auto& entry : std::filesystem::directory_iterator(data_)) {
      const std::string name = entry.path().filename();
      const bool counts = name != "lock" && !name.ends_with("-shm") && entry.file_size() != 0;
      if (counts) sizes[name] = entry.file_size();
    }
    return sizes;
  }
  // Expects that the folder is refused, and stays as it is, at each start that is not meant to be
  // new.
  void expect_refused(const std::string& file, const std::string& advice) {
    const auto before = sizes();
    for (int start = 0; start < 2; ++start) {
      const auto error = error_of(data_);
      ASSERT_TRUE(error) << file;
      EXPECT_EQ(error->kind(), StorageError::Kind::kLost);
      const std::string what = error->what();
      EXPECT_NE(what.find("/" + file + ": is missing or empty"), std::string::npos) << what;
      EXPECT_NE(what.find(advice), std::string::npos) << what;
      EXPECT_NE(what.find("--new-start"), std::string::npos) << what;
    }
    EXPECT_EQ(sizes(), before);
    EXPECT_FALSE(error_of(data_, NewStart::kMeant));
  }

  const test::TemporaryFolder parent_;
  const std::filesystem::path data_ = parent_ / "data";
};

TEST_F(LostHalf, AMissingDatabaseIsNotMadeAnew) {
  use();
  remove_database();
  expect_refused("ngcshare.db", "ngcshare restore FILE");
  EXPECT_FALSE(error_of(data_)) << "there is one again";
}

TEST_F(LostHalf, AnEmptyDatabaseIsNotFilled) {
  use();
  remove_database();
  parent_.file("data/ngcshare.db", "");
  parent_.file("data/ngcshare.db-wal", "what SQLite would delete");
  expect_refused("ngcshare.db", "ngcshare restore FILE");
}

TEST_F(LostHalf, ADatabaseThatNeverHadATableIsNotFilled) {
  use();
  remove_database();
  storage::execute_raw(data_ / kDatabaseFile, "PRAGMA journal_mode = WAL");
  expect_refused("ngcshare.db", "ngcshare restore FILE");
}

TEST_F(LostHalf, ALostProfileIsNotMadeAnew) {
  use();
  std::filesystem::remove(data_ / kProfileFile);
  expect_refused("profile.tox", "bring back a copy");
  use();
  parent_.file("data/profile.tox", "");
  expect_refused("profile.tox", "bring back a copy");
}

TEST_F(LostHalf, AFirstStartThatWasKilledIsNoLoss) {
  { const DataFolder killed_before_the_profile(data_); }
  EXPECT_FALSE(error_of(data_));
  use();
  EXPECT_FALSE(error_of(data_));
}

}  // namespace
}  // namespace ngcshare
