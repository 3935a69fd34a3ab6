#include "bot/people/person_finder.h"

#include <gtest/gtest.h>

#include "storage/stores/group_store.h"
#include "tests/support/keys.h"
#include "tests/support/temporary_folder.h"

namespace ngcshare {
namespace {

using test::key_of;

const Key kGroup = key_of(0x11);
const Key kOther = key_of(0x22);

class PersonFinderTest : public testing::Test {
 protected:
  PersonFinderTest() {
    groups_.put({kGroup, "friends"});
    groups_.put({kOther, "others"});
  }
  void is_here(const Key& group, uint8_t fill, const std::string& nick) {
    present_.push_back({{group, key_of(fill)}, nick, Role::kUser});
  }
  void was_here(const Key& group, uint8_t fill, const std::string& nick) {
    store_.seen({group, key_of(fill)}, nick, 1000);
  }
  // Returns the first byte of the key found, or the text of the problem.
  std::variant<uint8_t, std::string> find(std::string_view text,
                                          const std::optional<Key>& chat_id = kGroup) {
    const auto found = people_.find(text, chat_id);
    if (const auto* problem = std::get_if<std::string>(&found)) return *problem;
    return std::get<storage::Person>(found).key[0];
  }
  std::string problem(std::string_view text, const std::optional<Key>& chat_id = kGroup) {
    const auto found = find(text, chat_id);
    return std::holds_alternative<std::string>(found) ? std::get<std::string>(found) : "";
  }

  std::vector<PresentPerson> present_;
  std::vector<Key> groups_now_{kGroup, kOther};
  test::TemporaryFolder folder_;
  storage::Database database_{folder_ / "ngcshare.db"};
  storage::GroupStore groups_{database_};
  storage::PersonStore store_{database_};
  PersonFinder people_{store_,
                       [this](const std::optional<Key>& chat_id) {
                         std::vector<PresentPerson> found;
                         for (const auto& one : present_) {
                           if (!chat_id || one.person.chat_id == *chat_id) found.push_back(one);
                         }
                         return found;
                       },
                       [this] { return groups_now_; }};
};

TEST_F(PersonFinderTest, ANickIsWhoeverHasItNow) {
  is_here(kGroup, 0xAA, "alice");
  is_here(kOther, 0xBB, "alice");
  EXPECT_EQ(std::get<uint8_t>(find("@alice")), 0xAA);
  EXPECT_NE(problem("@Alice"), "");
  EXPECT_NE(problem("alice"), "");
}

TEST_F(PersonFinderTest, TwoPeopleWithOneNickAreListedAndNotGuessed) {
  is_here(kGroup, 0xAA, "alice");
  was_here(kGroup, 0xBB, "alice");
  const std::string text = problem("@alice");
  EXPECT_NE(text.find("AAAAAAAA"), std::string::npos) << text;
  EXPECT_NE(text.find("BBBBBBBB"), std::string::npos) << text;
  EXPECT_NE(text.find("not here now"), std::string::npos) << text;
  EXPECT_EQ(std::get<uint8_t>(find("bbbbbbbb")), 0xBB);
}

// mallory waits until alice has another nickname, and takes hers.
TEST_F(PersonFinderTest, ANickThatHasChangedHandsIsListedWithKeysAndTimes) {
  store_.seen({kGroup, key_of(0xAA)}, "alice", 86400);
  is_here(kGroup, 0xAA, "alice-afk");
  store_.seen({kGroup, key_of(0xEE)}, "alice", 2 * 86400);
  is_here(kGroup, 0xEE, "alice");
  const std::string text = problem("@alice");
  EXPECT_NE(text.find("\nalice EEEEEEEEEEEEEEEE, called so since 1970-01-03 00:00 UTC"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\nalice-afk AAAAAAAAAAAAAAAA, once called alice, first on 1970-01-02 00:00"),
            std::string::npos)
      << text;
  EXPECT_EQ(std::get<uint8_t>(find("@alice-afk")), 0xAA);
}

TEST_F(PersonFinderTest, ANickThatLooksLikeAnothersIsListed) {
  is_here(kGroup, 0xAA, "alice");
  is_here(kGroup, 0xEE, "al\xE2\x80\x8Bice");
  const std::string text = problem("@alice");
  EXPECT_NE(text.find("AAAAAAAAAAAAAAAA"), std::string::npos) << text;
  EXPECT_NE(text.find("al<U+200B>ice EEEEEEEEEEEEEEEE"), std::string::npos) << text;
  present_.back().nick = "\xD0\xB0lice";  // with a Cyrillic letter
  EXPECT_NE(problem("@alice"), "");
  present_.back().nick = "alicia";
  EXPECT_EQ(std::get<uint8_t>(find("@alice")), 0xAA);
}

TEST_F(PersonFinderTest, ANickThatCannotBeSeenIsNotFoundByItsCopy) {
  is_here(kGroup, 0xEE, "al\xE2\x80\x8Bice");
  const std::string text = problem("@al\xE2\x80\x8Bice");
  EXPECT_NE(text.find("cannot be seen"), std::string::npos) << text;
  EXPECT_NE(text.find("EEEEEEEEEEEEEEEE"), std::string::npos) << text;
  EXPECT_NE(problem("@alice").find("nobody is called @alice now"), std::string::npos);
}

TEST_F(PersonFinderTest, WhatGivesARightTakesSixteenDigits) {
  is_here(kGroup, 0xAA, "alice");
  const auto found = [&](std::string_view text) {
    return people_.find(text, kGroup, PersonFinder::Purpose::kGive);
  };
  const auto text = found("AAAAAAAAAAAAAAA");
  ASSERT_TRUE(std::holds_alternative<std::string>(text));
  EXPECT_NE(std::get<std::string>(text).find("16 or more digits:\nalice AAAAAAAAAAAAAAAA"),
            std::string::npos)
      << std::get<std::string>(text);
  EXPECT_TRUE(std::holds_alternative<storage::Person>(found("AAAAAAAAAAAAAAAA")));
  EXPECT_TRUE(std::holds_alternative<storage::Person>(found("@alice")));
  EXPECT_EQ(std::get<uint8_t>(find("AAAAAAAA")), 0xAA) << "what only shows or takes does not";
}

TEST_F(PersonFinderTest, IsIntroducedWithTheKeyAndTheTimeOfTheNick) {
  store_.seen({kGroup, key_of(0xAA)}, "alice", 86400);
  is_here(kGroup, 0xAA, "alice");
  EXPECT_EQ(
      people_.introduction({kGroup, key_of(0xAA)}),
      "alice has the key AAAAAAAAAAAAAAAA, which has had this nickname since 1970-01-02 00:00 "
      "UTC");
  is_here(kGroup, 0xBB, "bob");
  EXPECT_EQ(people_.introduction({kGroup, key_of(0xBB)}),
            "bob has the key BBBBBBBBBBBBBBBB, which was never seen with this nickname before");
}

TEST_F(PersonFinderTest, WhoIsLostForAMomentKeepsTheNick) {
  was_here(kGroup, 0xAA, "alice");
  is_here(kGroup, 0xAA, "");
  EXPECT_EQ(std::get<uint8_t>(find("@alice")), 0xAA);
}

TEST_F(PersonFinderTest, WhoHasTakenAnotherNickIsFoundByTheNewOne) {
  was_here(kGroup, 0xAA, "alice");
  is_here(kGroup, 0xAA, "queen");
  EXPECT_EQ(std::get<uint8_t>(find("@queen")), 0xAA);
  EXPECT_NE(problem("@alice"), "");
}

TEST_F(PersonFinderTest, APrefixHasEightDigitsOrMore) {
  is_here(kGroup, 0xAA, "alice");
  EXPECT_NE(problem("AAAAAAA"), "");
  EXPECT_EQ(std::get<uint8_t>(find("AAAAAAAA")), 0xAA);
  EXPECT_NE(problem("AAAAAAAB"), "");
  EXPECT_NE(problem("AAAAAAAG"), "");
  EXPECT_NE(problem(std::string(65, 'A')), "");
  EXPECT_NE(problem(""), "");
  EXPECT_NE(problem("@"), "");
}

TEST_F(PersonFinderTest, AKeyMayBeGivenThatWasNeverSeen) {
  EXPECT_EQ(std::get<uint8_t>(find(to_hex(key_of(0xCC)))), 0xCC);
  EXPECT_NE(problem(to_hex(key_of(0xCC)), std::nullopt), "");
  EXPECT_EQ(std::get<uint8_t>(find("22222222/" + to_hex(key_of(0xCC)), std::nullopt)), 0xCC);
  EXPECT_NE(problem("33/" + to_hex(key_of(0xCC)), std::nullopt), "");
}

TEST_F(PersonFinderTest, ANickThatLooksLikeAKeyIsANick) {
  is_here(kGroup, 0xAA, "BBBBBBBB");
  is_here(kGroup, 0xBB, "bob");
  EXPECT_EQ(std::get<uint8_t>(find("@BBBBBBBB")), 0xAA);
  EXPECT_EQ(std::get<uint8_t>(find("BBBBBBBB")), 0xBB);
  EXPECT_NE(problem("@AAAAAAAA"), "") << "nobody has that nick";
  EXPECT_EQ(people_.name({kGroup, key_of(0xAA)}), "BBBBBBBB (AAAAAAAAAAAAAAAA)");
}

TEST_F(PersonFinderTest, AGroupsDigitsThatFitSeveralAreNotGuessed) {
  groups_now_ = {kGroup, kOther, key_of(0x21)};
  is_here(kOther, 0xBB, "bob");
  EXPECT_NE(problem("2/@bob", std::nullopt).find(to_hex(key_of(0x21))), std::string::npos);
  EXPECT_EQ(std::get<uint8_t>(find("22/@bob", std::nullopt)), 0xBB);
}

TEST_F(PersonFinderTest, FromTheMachineAllGroupsAreSearched) {
  is_here(kGroup, 0xAA, "alice");
  is_here(kOther, 0xBB, "alice");
  is_here(kOther, 0xDD, "dora");
  EXPECT_NE(problem("@alice", std::nullopt).find("in group 22222222"), std::string::npos);
  EXPECT_EQ(std::get<uint8_t>(find("@dora", std::nullopt)), 0xDD);
}

TEST_F(PersonFinderTest, ManyCandidatesAreCounted) {
  for (uint8_t i = 1; i <= 8; ++i) is_here(kGroup, i, "clone");
  EXPECT_NE(problem("@clone").find("and 3 more"), std::string::npos) << problem("@clone");
}

TEST_F(PersonFinderTest, NamesShowTheKeyAndNothingThatCanFool) {
  is_here(kGroup, 0xAA, "al\nice\xFF");
  EXPECT_EQ(people_.name({kGroup, key_of(0xAA)}), "al?ice? (AAAAAAAAAAAAAAAA)");
  was_here(kGroup, 0xBB, "bob");
  EXPECT_EQ(people_.name({kGroup, key_of(0xBB)}), "bob (BBBBBBBBBBBBBBBB)");
  EXPECT_EQ(people_.name({kGroup, key_of(0xCC)}), "CCCCCCCCCCCCCCCC");
}

}  // namespace
}  // namespace ngcshare
