#include "storage/folder/data_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/files/error.h"
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
std::optional<StorageError> error_of(const std::filesystem::path& path) {
  try {
    const DataFolder folder(path);
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

}  // namespace
}  // namespace ngcshare
