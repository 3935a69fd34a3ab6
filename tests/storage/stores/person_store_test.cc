#include "storage/stores/person_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/database/transaction.h"
#include "storage/stores/ban_store.h"
#include "storage/stores/role_store.h"
#include "storage/stores/rule_store.h"
#include "storage/stores/service_store.h"
#include "storage/values/clipped.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

Person person(std::uint8_t fill) { return {key_of(1), key_of(fill)}; }

class PersonStoreTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  Database database_{folder_ / "ngcshare.db"};
};

TEST_F(PersonStoreTest, RemembersTheLastNickname) {
  PersonStore people(database_);
  people.seen(person(1), "anna", 100);
  EXPECT_EQ(people.find(person(1)), (PersonRecord{person(1), "anna", 100}));
  people.seen(person(1), "Anna", 160);
  EXPECT_EQ(people.find(person(1)), (PersonRecord{person(1), "Anna", 160}));
  EXPECT_EQ(people.find(person(2)), std::nullopt);
  EXPECT_EQ(people.find({key_of(2), key_of(1)}), std::nullopt);
}

TEST_F(PersonStoreTest, WritesNoMoreThanOnceAMinuteOfWhoKeepsTheNickname) {
  PersonStore people(database_);
  people.seen(person(1), "anna", 100);
  people.seen(person(1), "anna", 159);
  EXPECT_EQ(people.find(person(1)), (PersonRecord{person(1), "anna", 100}));
  people.seen(person(1), "bella", 159);
  EXPECT_EQ(people.find(person(1)), (PersonRecord{person(1), "bella", 159}));
  people.seen(person(1), "clara", 50);  // the clock was set back
  EXPECT_EQ(people.find(person(1)), (PersonRecord{person(1), "clara", 50}));
}

TEST_F(PersonStoreTest, WhoHasOnlyARoleGetsTheirNameWhenSeen) {
  PersonStore people(database_);
  RoleStore(database_).put({person(1), AdminRole::kAdmin, {100, {}}});
  EXPECT_EQ(people.find(person(1))->nick, "");
  people.seen(person(1), "anna", 101);
  EXPECT_EQ(people.find(person(1))->nick, "anna");
}

TEST_F(PersonStoreTest, ListsTheMostRecentlySeenOfAGroup) {
  PersonStore people(database_);
  people.seen(person(1), "anna", 100);
  people.seen(person(2), "anna", 200);
  people.seen(person(3), "bob", 300);
  people.seen({key_of(2), key_of(4)}, "anna", 400);
  const auto found = people.list(key_of(1), 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].person, person(3));
  EXPECT_EQ(found[1].person, person(2));
}

TEST_F(PersonStoreTest, KeepsTheStrangersSeenLastAndEverybodyWithARoleBanOrRule) {
  PersonStore people(database_);
  for (std::uint8_t i = 1; i <= 9; ++i) people.seen(person(i), "x", i);
  const auto service = ServiceStore(database_).put(sample_service("web"));
  RoleStore(database_).put({person(1), AdminRole::kAdmin, {}});
  BanStore(database_).put({person(2), "", std::nullopt, {}});
  RuleStore(database_).put({service, person(3), RuleEffect::kDeny, {}});
  const PersonStore smaller(database_, 3);
  for (std::uint8_t i = 1; i <= 9; ++i) {
    EXPECT_EQ(people.find(person(i)).has_value(), i <= 3 || i >= 7) << int{i};
  }
}

TEST_F(PersonStoreTest, ACrowdOfStrangersDoesNotFillTheDisk) {
  constexpr std::size_t kMost = 10;
  PersonStore people(database_, kMost);
  Person stranger = person(0);
  Transaction transaction(database_);
  for (std::uint32_t i = 0; i < 3 * PersonStore::kPruneEvery; ++i) {
    stranger.key[0] = static_cast<std::uint8_t>(i);
    stranger.key[1] = static_cast<std::uint8_t>(i >> 8);
    people.seen(stranger, "x", i);
  }
  transaction.commit();
  EXPECT_LE(people.list(key_of(1), 10000).size(), kMost + PersonStore::kPruneEvery);
  PersonStore again(database_, kMost);
  EXPECT_EQ(again.list(key_of(1), 10000).size(), kMost);
}

TEST_F(PersonStoreTest, RemembersWhoHasHadANicknameAndSinceWhen) {
  PersonStore people(database_);
  people.seen(person(1), "alice", 100);
  people.seen(person(1), "alice-afk", 200);
  people.seen(person(2), "alice", 300);
  people.seen(person(1), "alice", 400);
  people.seen(person(3), "", 500);
  people.seen({key_of(2), key_of(4)}, "alice", 600);
  EXPECT_EQ(people.nicknames(key_of(1)), (std::vector<NicknameRecord>{
                                             {person(1), "alice", 100},
                                             {person(1), "alice-afk", 200},
                                             {person(2), "alice", 300},
                                         }));
}

TEST_F(PersonStoreTest, KeepsTheLastNicknamesOfWhoChangesThemAllTheTime) {
  PersonStore people(database_);
  Transaction transaction(database_);
  people.seen(person(2), "alice", 1);
  for (int i = 0; i < 1000; ++i) people.seen(person(1), "nick" + std::to_string(i), 5);
  transaction.commit();
  const auto kept = people.nicknames(key_of(1));
  ASSERT_EQ(kept.size(), 1 + PersonStore::kMostNicknames);
  EXPECT_EQ(kept.front(), (NicknameRecord{person(2), "alice", 1}));
  const bool has_current = std::any_of(kept.begin(), kept.end(), [](const NicknameRecord& record) {
    return record.nick == "nick999";
  });
  EXPECT_TRUE(has_current);
}

TEST_F(PersonStoreTest, ForgetsTheNicknamesOfStrangersWithThem) {
  PersonStore people(database_);
  for (std::uint8_t i = 1; i <= 9; ++i) people.seen(person(i), "x", i);
  PersonStore smaller(database_, 3);
  EXPECT_EQ(smaller.nicknames(key_of(1)).size(), 3U);
}

TEST_F(PersonStoreTest, CutsLongNicknamesBetweenCharacters) {
  PersonStore people(database_);
  std::string nick(PersonStore::kMaxNickBytes - 1, 'x');
  people.seen(person(1), nick + "дом", 1);
  EXPECT_EQ(people.find(person(1))->nick, nick);
}

TEST(Clipped, EndsBetweenCharacters) {
  EXPECT_EQ(clipped("abc", 3), "abc");
  EXPECT_EQ(clipped("abcd", 3), "abc");
  EXPECT_EQ(clipped("дом", 4), "до");
  EXPECT_EQ(clipped("дом", 3), "д");
  EXPECT_EQ(clipped("🎮", 3), "");
  EXPECT_EQ(clipped("дом", 0), "");
  EXPECT_EQ(clipped(std::string(9, '\x80'), 5), std::string(2, '\x80'));
}

}  // namespace
}  // namespace ngcshare::storage
