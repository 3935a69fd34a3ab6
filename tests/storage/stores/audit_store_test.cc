#include "storage/stores/audit_store.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/database/database.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

AuditRecord record_at(std::int64_t at) {
  return {.at = at,
          .chat_id = key_of(1),
          .key = key_of(2),
          .nick = "anna",
          .door = "group",
          .command = "share web 80",
          .result = "shared web"};
}

class AuditStoreTest : public testing::Test {
 protected:
  std::vector<std::int64_t> times(AuditStore& audit) {
    std::vector<std::int64_t> times;
    for (const AuditRecord& record : audit.newest(100)) times.push_back(record.at);
    return times;
  }

  TemporaryFolder folder_;
  Database database_{folder_ / "ngcshare.db"};
};

TEST_F(AuditStoreTest, ListsTheNewestFirst) {
  AuditStore audit(database_);
  AuditRecord console = record_at(2);
  console.chat_id = console.key = std::nullopt;
  audit.append(record_at(1));
  audit.append(console);
  EXPECT_EQ(audit.newest(5), (std::vector{console, record_at(1)}));
  EXPECT_EQ(audit.newest(1), std::vector{console});
}

TEST_F(AuditStoreTest, KeepsNoMoreThanItsLimit) {
  AuditStore audit(database_, 3);
  for (std::int64_t at = 1; at <= 10; ++at) audit.append(record_at(at));
  EXPECT_EQ(times(audit), (std::vector<std::int64_t>{10, 9, 8}));
}

TEST_F(AuditStoreTest, ForgetsWhatIsOlderThanAsked) {
  AuditStore audit(database_, 3);
  for (std::int64_t at = 1; at <= 3; ++at) audit.append(record_at(at));
  EXPECT_EQ(audit.prune(3), 2U);
  EXPECT_EQ(times(audit), std::vector<std::int64_t>{3});
  for (std::int64_t at = 4; at <= 9; ++at) audit.append(record_at(at));
  EXPECT_EQ(times(audit), (std::vector<std::int64_t>{9, 8, 7}));
}

TEST_F(AuditStoreTest, CutsLongTexts) {
  AuditStore audit(database_);
  AuditRecord record = record_at(1);
  record.nick = record.door = record.command = record.result = std::string(5000, 'x');
  audit.append(record);
  const AuditRecord found = audit.newest(1).at(0);
  EXPECT_EQ(found.nick.size(), AuditStore::kMaxNickBytes);
  EXPECT_EQ(found.door.size(), AuditStore::kMaxDoorBytes);
  EXPECT_EQ(found.command.size(), AuditStore::kMaxCommandBytes);
  EXPECT_EQ(found.result.size(), AuditStore::kMaxResultBytes);
}

}  // namespace
}  // namespace ngcshare::storage
