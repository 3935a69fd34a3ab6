#include "storage/files/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/files/error.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Kind = StorageError::Kind;

TEST(AtomicFile, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  const Bytes content{0, 1, 2, 255, 0, 10, 13};
  write_file_atomically(folder / "profile.tox", content);
  EXPECT_EQ(read_file(folder / "profile.tox"), content);
}

TEST(AtomicFile, ReadsBackEmptyAndLargeContent) {
  const TemporaryFolder folder;
  for (const std::size_t size : {std::size_t{0}, std::size_t{16384}, std::size_t{300001}}) {
    const Bytes content(size, 0x5a);
    write_file_atomically(folder / "profile.tox", content);
    EXPECT_EQ(read_file(folder / "profile.tox"), content) << size;
  }
}

TEST(AtomicFile, AnAbsentFileIsAValue) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder / "profile.tox"), std::nullopt);
}

TEST(AtomicFile, OnlyTheUserMayReadIt) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "profile.tox", Bytes{1});
  EXPECT_EQ(mode_of(folder / "profile.tox"), 0600U);
}

TEST(AtomicFile, ReplacingALooseFileMakesItPrivate) {
  const TemporaryFolder folder;
  set_content(folder / "profile.tox", "old");
  ASSERT_EQ(::chmod((folder / "profile.tox").c_str(), 0666), 0);
  write_file_atomically(folder / "profile.tox", Bytes{1});
  EXPECT_EQ(mode_of(folder / "profile.tox"), 0600U);
}

TEST(AtomicFile, LeavesNoTemporaryFileBehind) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "profile.tox", Bytes{1});
  EXPECT_FALSE(std::filesystem::exists(folder / "profile.tox.tmp"));
}

TEST(AtomicFile, OverwritesWhatACrashLeftInTheTemporaryFile) {
  const TemporaryFolder folder;
  set_content(folder / "profile.tox.tmp", std::string(1000, 'x'));
  write_file_atomically(folder / "profile.tox", Bytes{1, 2});
  EXPECT_EQ(read_file(folder / "profile.tox"), (Bytes{1, 2}));
}

TEST(AtomicFile, AFullDiskLeavesTheOldContent) {
  const TemporaryFolder folder;
  set_content(folder / "profile.tox", "old");
  const Bytes large(100000, 1);
  std::optional<StorageError> error;
  {
    const FileSizeLimit limit(4096);
    error = error_of([&] { write_file_atomically(folder / "profile.tox", large); });
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::kFull);
  EXPECT_EQ(content_of(folder / "profile.tox"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder / "profile.tox.tmp"));
}

TEST(AtomicFile, APendingFileThatIsNotCommittedLeavesTheOldContent) {
  const TemporaryFolder folder;
  set_content(folder / "profile.tox", "old");
  { PendingFile(folder / "profile.tox").write(Bytes{1}); }
  EXPECT_EQ(content_of(folder / "profile.tox"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder / "profile.tox.tmp"));
}

// The folder's name leads elsewhere between the first step and the last.
TEST(AtomicFile, APendingFileStaysInTheFolderThatWasOpened) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "real");
  std::filesystem::create_directory(folder / "other");
  PendingFile pending(folder / "real/file");
  pending.write(Bytes{1});
  std::filesystem::rename(folder / "real", folder / "moved");
  std::filesystem::create_directory_symlink(folder / "other", folder / "real");
  pending.commit();
  EXPECT_TRUE(std::filesystem::exists(folder / "moved/file"));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "other"));
}

TEST(AtomicFile, RefusesToReplaceAFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "profile.tox");
  EXPECT_EQ(kind_of([&] { write_file_atomically(folder / "profile.tox", Bytes{1}); }),
            Kind::kUnreadable);
  EXPECT_TRUE(std::filesystem::is_directory(folder / "profile.tox"));
}

TEST(AtomicFile, RefusesToWriteIntoAMissingFolder) {
  const TemporaryFolder folder;
  EXPECT_EQ(kind_of([&] { write_file_atomically(folder / "none/profile.tox", Bytes{1}); }),
            Kind::kUnreadable);
}

TEST(AtomicFile, RefusesToReadWhatIsNotAPlainFile) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(kind_of([&] { read_file(folder.path()); }), Kind::kUnreadable);
  EXPECT_EQ(kind_of([&] { read_file(folder / "pipe"); }), Kind::kUnreadable);
  EXPECT_EQ(kind_of([&] { read_file("/dev/zero"); }), Kind::kUnreadable);
}

}  // namespace
}  // namespace ngcshare::storage
