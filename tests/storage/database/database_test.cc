#include "storage/database/database.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <optional>
#include <string>
#include <vector>

#include "storage/database/transaction.h"
#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "storage/stores/pin_store.h"
#include "storage/stores/service_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using namespace std::string_literals;

using Kind = StorageError::Kind;

// Opens a file that must be refused; returns the message, which must be one line that names the
// file.
std::string refusal(const std::filesystem::path& path, Kind kind) {
  const auto error = error_of([&] { const Database database(path); });
  EXPECT_TRUE(error) << path << " was not refused";
  if (!error) return "";
  EXPECT_EQ(error->kind(), kind) << error->what();
  std::string message = error->what();
  EXPECT_EQ(message.find(path.string() + ": "), 0U) << message;
  EXPECT_NE(message.find("; "), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  return message;
}

std::size_t entries_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

TEST(Database, RemembersEverythingAfterReopening) {
  const TemporaryFolder folder;
  const PinRecord pin{.chat_id = key_of(1), .service = "web", .gateway_key = key_of(2)};
  ServiceRecord service = sample_service("web");
  service.chat_id = key_of(1);
  {
    Database database(folder / "ngcshare.db");
    GroupStore(database).put(sample_group(1));
    ServiceStore(database).put(service);
    PinStore(database).put(pin);
  }
  Database database(folder / "ngcshare.db");
  EXPECT_EQ(GroupStore(database).list(), std::vector{sample_group(1)});
  EXPECT_EQ(unnumbered(ServiceStore(database).list()), std::vector{service});
  EXPECT_EQ(PinStore(database).find(key_of(1), "web"), pin);
}

TEST(Database, OnlyTheUserMayReadItsFiles) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  {
    Database database(folder / "ngcshare.db");
    GroupStore(database).put(sample_group(1));
    for (const char* name : {"ngcshare.db", "ngcshare.db-wal", "ngcshare.db-shm"}) {
      EXPECT_EQ(mode_of(folder / name), 0600U) << name;
    }
    database.copy_to(folder / "copy.db");
    EXPECT_EQ(mode_of(folder / "copy.db"), 0600U);
  }
  ::umask(before);
}

TEST(Database, LeavesOneFileWhenClosed) {
  const TemporaryFolder folder;
  {
    Database database(folder / "ngcshare.db");
    GroupStore(database).put(sample_group(1));
  }
  EXPECT_EQ(entries_in(folder.path()), 1U);
}

TEST(Database, OpensAnEmptyFile) {
  const TemporaryFolder folder;
  set_content(folder / "ngcshare.db", "");
  Database database(folder / "ngcshare.db");
  EXPECT_TRUE(GroupStore(database).list().empty());
}

TEST(Database, OpensAFileWhoseFirstStartWasCutShort) {
  const TemporaryFolder folder;
  execute_raw(folder / "ngcshare.db", "PRAGMA journal_mode = WAL");
  ASSERT_GT(content_of(folder / "ngcshare.db").size(), 0U);
  Database database(folder / "ngcshare.db");
  EXPECT_TRUE(GroupStore(database).list().empty());
}

TEST(Database, TakesOddPathsForPaths) {
  const TemporaryFolder folder;
  for (const char* name : {":memory:", "file:x?mode=memory", "it's \"odd\" дом.db"}) {
    { const Database database(folder / name); }
    EXPECT_TRUE(std::filesystem::exists(folder / name)) << name;
  }
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  std::filesystem::create_directory("sub");
  std::filesystem::current_path("sub");
  { const Database database(":memory:"); }
  EXPECT_TRUE(std::filesystem::exists(folder / "sub/:memory:"));
  std::filesystem::current_path(before);
}

TEST(Database, RefusesAFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "ngcshare.db");
  refusal(folder / "ngcshare.db", Kind::kUnreadable);
}

TEST(Database, RefusesAMissingFolderAndAPipe) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  refusal(folder / "none/ngcshare.db", Kind::kUnreadable);
  refusal(folder / "pipe", Kind::kUnreadable);
}

TEST(Database, RefusesADanglingLink) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder / "none", folder / "ngcshare.db");
  refusal(folder / "ngcshare.db", Kind::kUnreadable);
}

TEST(Database, RefusesAFileThatIsNoDatabaseAndKeepsIt) {
  const TemporaryFolder folder;
  for (const std::string& content :
       {std::string("x"), std::string(99, 'x'), std::string(8192, 'x'), "SQLite format 3\0"s}) {
    set_content(folder / "ngcshare.db", content);
    refusal(folder / "ngcshare.db", Kind::kCorrupt);
    EXPECT_EQ(content_of(folder / "ngcshare.db"), content);
    EXPECT_EQ(entries_in(folder.path()), 1U);
  }
}

TEST(Database, RefusesAnotherProgramsDatabaseAndKeepsIt) {
  for (const char* sql :
       {"CREATE TABLE groups (x)", "PRAGMA application_id = 5", "PRAGMA user_version = 1",
        "PRAGMA journal_mode = WAL; CREATE TABLE t (x); PRAGMA application_id = 1313293140"}) {
    const TemporaryFolder folder;
    execute_raw(folder / "ngcshare.db", sql);
    const std::string before = content_of(folder / "ngcshare.db");
    const std::string message = refusal(folder / "ngcshare.db", Kind::kOther);
    EXPECT_NE(message.find("another program"), std::string::npos) << message;
    EXPECT_EQ(content_of(folder / "ngcshare.db"), before);
    EXPECT_EQ(entries_in(folder.path()), 1U);
  }
}

class DamagedDatabase : public testing::Test {
 protected:
  DamagedDatabase() {
    Database database(path_);
    ServiceStore services(database);
    Transaction transaction(database);
    for (int i = 0; i < 500; ++i) services.put(sample_service("service " + std::to_string(i)));
    transaction.commit();
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "ngcshare.db";
};

TEST_F(DamagedDatabase, IsRefusedAndKeptWhenPagesAreOverwritten) {
  std::string content = content_of(path_);
  ASSERT_GT(content.size(), 40960U);
  content.replace(20480, 8192, 8192, '\xa5');
  set_content(path_, content);
  refusal(path_, Kind::kCorrupt);
  EXPECT_EQ(content_of(path_), content);
}

TEST_F(DamagedDatabase, IsRefusedAndKeptWhenCutShort) {
  const std::string content = content_of(path_).substr(0, 24576);
  set_content(path_, content);
  refusal(path_, Kind::kCorrupt);
  EXPECT_EQ(content_of(path_), content);
}

TEST_F(DamagedDatabase, IsRefusedWhenARecordBreaksItsTable) {
  execute_raw(path_,
              "PRAGMA ignore_check_constraints = ON; UPDATE service_ports SET first = 0 WHERE "
              "service_id = 3");
  refusal(path_, Kind::kCorrupt);
}

TEST(Database, KeepsItsLogShort) {
  const TemporaryFolder folder;
  Database database(folder / "ngcshare.db");
  ServiceStore services(database);
  ServiceRecord service = sample_service("web");
  for (int i = 0; i < 1000; ++i) {
    service.description.assign(3000, static_cast<char>('a' + i % 26));
    services.put(service);
  }
  EXPECT_LE(std::filesystem::file_size(folder / "ngcshare.db-wal"), 1200000U);
}

TEST(Database, CopiesEverythingWhileItIsOpen) {
  const TemporaryFolder folder;
  Database database(folder / "ngcshare.db");
  GroupStore groups(database);
  groups.put(sample_group(1));
  database.copy_to(folder / "copy.db");
  groups.put(sample_group(2));

  Database copy(folder / "copy.db");
  EXPECT_EQ(GroupStore(copy).list(), std::vector{sample_group(1)});
  EXPECT_FALSE(std::filesystem::exists(folder / "copy.db.tmp"));
}

TEST(Database, ReplacesAnOlderCopyOnlyWhenTheNewOneIsComplete) {
  const TemporaryFolder folder;
  Database database(folder / "ngcshare.db");
  GroupStore(database).put(sample_group(1));
  set_content(folder / "copy.db", "older copy");
  std::optional<StorageError> error;
  {
    const FileSizeLimit limit(4096);
    error = error_of([&] { database.copy_to(folder / "copy.db"); });
  }
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::kFull) << error->what();
  EXPECT_EQ(content_of(folder / "copy.db"), "older copy");
  database.copy_to(folder / "copy.db");
  EXPECT_EQ(pragma_of(folder / "copy.db", "integrity_check"), "ok");
}

}  // namespace
}  // namespace ngcshare::storage
