#include "bot/people/seen_people.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "bot/base/log.h"
#include "bot/people/person_finder.h"
#include "storage/files/error.h"
#include "tests/support/keys.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using storage::Person;
using test::key_of;

const Key kGroup = key_of(0x11);

Person numbered(size_t number) {
  Person person{kGroup, {}};
  person.key[0] = static_cast<uint8_t>(number);
  person.key[1] = static_cast<uint8_t>(number >> 8);
  return person;
}

class SeenPeopleTest : public testing::Test {
 protected:
  size_t stored() { return store_.list(kGroup, 10'000).size(); }

  int64_t now_ = 1'000'000;
  asio::io_context loop_{1};
  test::TemporaryFolder folder_;
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::PersonStore store_{database_};
  SeenPeople seen_{loop_, database_, store_, [this] { return now_; }};
  PersonFinder people_{store_, [](const auto&) { return std::vector<PresentPerson>(); },
                       [] { return std::vector<Key>{kGroup}; }, [this] { seen_.write(); }};
};

TEST_F(SeenPeopleTest, SomebodyWhoHasLeftWithoutAWordCanBeNamed) {
  seen_.note(numbered(1), "gone");
  const auto found = people_.find("@gone", kGroup);
  ASSERT_TRUE(std::holds_alternative<Person>(found)) << std::get<std::string>(found);
  EXPECT_EQ(std::get<Person>(found), numbered(1));
}

TEST_F(SeenPeopleTest, WhoIsAskedForByTheNicknameOfTheLastMomentIsFound) {
  seen_.note(numbered(1), "quiet");
  seen_.write();
  seen_.note(numbered(1), "troll");
  EXPECT_TRUE(std::holds_alternative<Person>(people_.find("@troll", kGroup)));
  EXPECT_TRUE(std::holds_alternative<std::string>(people_.find("@quiet", kGroup)));
}

TEST_F(SeenPeopleTest, AnAbsentPersonWhoIsSeenTwiceIsOnePerson) {
  seen_.note(numbered(1), "a");
  seen_.note(numbered(1), "b");
  EXPECT_EQ(seen_.waiting(), 1U);
  seen_.write();
  EXPECT_EQ(store_.find(numbered(1))->nick, "b");
}

TEST_F(SeenPeopleTest, WhoHadANicknameForAMomentHasHadIt) {
  seen_.note(numbered(1), "alice");
  seen_.note(numbered(1), "alice-afk");
  seen_.note(numbered(2), "alice");
  const auto found = people_.find("@alice", kGroup);
  ASSERT_TRUE(std::holds_alternative<std::string>(found));
  EXPECT_EQ(store_.nicknames(kGroup).size(), 3U);
}

TEST_F(SeenPeopleTest, WhoChangesTheNicknameAllTheTimeCostsNoMoreThanTheLastOnes) {
  SQLite::Database other(database_.path(), SQLite::OPEN_READWRITE);
  other.exec(
      "CREATE TABLE writes (x); CREATE TRIGGER count AFTER INSERT ON nicknames "
      "BEGIN INSERT INTO writes VALUES (1); END");
  for (size_t i = 0; i < 10'000; ++i) seen_.note(numbered(1), "nick" + std::to_string(i));
  seen_.write();
  EXPECT_EQ(other.execAndGet("SELECT count(*) FROM writes").getInt64(),
            int64_t{storage::PersonStore::kMostNicknames});
  EXPECT_EQ(store_.find(numbered(1))->nick, "nick9999");
}

TEST_F(SeenPeopleTest, NotesWaitAndAreWrittenTogether) {
  for (size_t i = 0; i < SeenPeople::kMostWaiting - 1; ++i) seen_.note(numbered(i), "crowd");
  EXPECT_EQ(stored(), 0U);
  seen_.note(numbered(SeenPeople::kMostWaiting), "the last");
  EXPECT_EQ(stored(), SeenPeople::kMostWaiting);
  EXPECT_EQ(seen_.waiting(), 0U);
}

TEST_F(SeenPeopleTest, ACrowdIsBounded) {
  for (size_t i = 0; i < 10'000; ++i) {
    seen_.note(numbered(i), "crowd");
    ASSERT_LT(seen_.waiting(), SeenPeople::kMostWaiting);
  }
  seen_.write();
  EXPECT_LE(stored(), storage::PersonStore::kMostStrangers + storage::PersonStore::kPruneEvery);
}

TEST_F(SeenPeopleTest, TheEndWritesWhatWaits) {
  seen_.note(numbered(1), "late");
  seen_.end();
  EXPECT_EQ(stored(), 1U);
}

// It is tried again every ten seconds.
TEST_F(SeenPeopleTest, AFullDiskIsReportedOnceAndWhenItIsOver) {
  start_log("info", false);
  SQLite::Database other(database_.path(), SQLite::OPEN_READWRITE);
  other.exec("CREATE TRIGGER refuse BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, 'no'); END");
  seen_.note(numbered(1), "crowd");
  testing::internal::CaptureStderr();
  for (int i = 0; i < 5; ++i) seen_.end();
  EXPECT_EQ(recent_log().size(), 1U);
  other.exec("DROP TRIGGER refuse");
  for (int i = 0; i < 5; ++i) seen_.end();
  testing::internal::GetCapturedStderr();
  ASSERT_EQ(recent_log().size(), 2U);
  EXPECT_EQ(recent_log()[1].event, "people.not_saved");
  EXPECT_EQ(recent_log()[0].event, "storage.works");
  start_log("off", false);
}

TEST_F(SeenPeopleTest, WhatCannotBeWrittenIsForgottenWhenTooMuchWaits) {
  SQLite::Database(database_.path(), SQLite::OPEN_READWRITE)
      .exec("CREATE TRIGGER refuse BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, 'no'); END");
  for (size_t i = 0; i < 2 * SeenPeople::kMostWaiting; ++i) seen_.note(numbered(i), "crowd");
  EXPECT_LT(seen_.waiting(), SeenPeople::kMostWaiting);
  seen_.note(numbered(1), "one more");
  EXPECT_THROW(seen_.write(), storage::StorageError);
}

}  // namespace
}  // namespace ngcshare
