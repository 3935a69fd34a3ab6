#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>

#include "bot/base/key.h"
#include "bot/people/access.h"
#include "bot/people/claim_token.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare {
namespace {

using storage::key_of;
using Outcome = ClaimResult::Outcome;

const Person kAnna{key_of(1), key_of(11)};
const Person kBob{key_of(1), key_of(12)};
constexpr std::int64_t kStart = 1000;
constexpr std::int64_t kLast = kStart + Access::kClaimSeconds - 1;
const std::string kWrong(32, '0');

class ClaimTest : public testing::Test {
 protected:
  std::string issue() { return access_->issue_claim_token(entropy_, kStart); }
  Outcome claim(const std::string& token, const Person& person = kAnna, std::int64_t now = kStart) {
    return access_->claim(token, person, now).outcome;
  }
  Level level(const Person& person) { return access_->level(person, Role::kUser, kStart); }
  void reopen() { access_.emplace(database_, Access::Config{}); }

  test::SeededEntropy entropy_{7};
  storage::TemporaryFolder folder_;
  storage::Database database_{folder_ / "ngcshare.db"};
  std::optional<Access> access_{std::in_place, database_, Access::Config{}};
};

TEST_F(ClaimTest, TheRightTokenMakesAnOwnerOnce) {
  const std::string token = issue();
  EXPECT_EQ(claim(token, kAnna, kLast), Outcome::kOwner);
  EXPECT_EQ(level(kAnna), Level::kOwner);
  EXPECT_EQ(claim(token, kBob), Outcome::kUsed);
  EXPECT_EQ(level(kBob), Level::kMember);
  reopen();
  EXPECT_EQ(level(kAnna), Level::kOwner);
  EXPECT_EQ(claim(token, kBob), Outcome::kUsed);
}

TEST_F(ClaimTest, WithoutATokenThereIsNothingToClaim) {
  EXPECT_EQ(claim(""), Outcome::kNone);
  EXPECT_EQ(claim(kWrong), Outcome::kNone);
}

TEST_F(ClaimTest, FiveWrongTriesUseItUp) {
  const std::string token = issue();
  for (std::uint32_t left = Access::kClaimTries; left-- > 0;) {
    EXPECT_EQ(access_->claim(kWrong, kBob, kStart), (ClaimResult{Outcome::kWrong, left}));
    reopen();
  }
  EXPECT_EQ(claim(token), Outcome::kUsed);
  EXPECT_EQ(level(kAnna), Level::kMember);
}

TEST_F(ClaimTest, ExpiresAfterAnHourAndWhenTheClockGoesBack) {
  const std::string token = issue();
  EXPECT_EQ(claim(token, kAnna, kLast + 1), Outcome::kExpired);
  EXPECT_EQ(claim(token, kAnna, kStart - 1), Outcome::kExpired);
  EXPECT_EQ(claim(kWrong, kAnna, kLast + 1), Outcome::kExpired);
  EXPECT_EQ(claim(token), Outcome::kOwner) << "what is expired takes no tries";
}

TEST_F(ClaimTest, ANewTokenTakesThePlaceOfTheOld) {
  const std::string old = issue();
  claim(kWrong);
  const std::string token = issue();
  EXPECT_EQ(access_->claim(old, kAnna, kStart),
            (ClaimResult{Outcome::kWrong, Access::kClaimTries - 1}));
  EXPECT_EQ(claim(token), Outcome::kOwner);
}

TEST_F(ClaimTest, LiftsABanOfWhoClaims) {
  access_->ban({kAnna, "", std::nullopt, {}});
  EXPECT_EQ(claim(issue()), Outcome::kOwner);
  EXPECT_TRUE(access_->bans().empty());
}

TEST_F(ClaimTest, OnlyAHashIsStored) {
  const std::string token = issue();
  const auto bytes = *parse_hex(token);
  database_.copy_to(folder_ / "copy.db");
  const std::string content = storage::content_of(folder_ / "copy.db");
  EXPECT_EQ(content.find(token), std::string::npos);
  EXPECT_EQ(content.find(std::string(bytes.begin(), bytes.end())), std::string::npos);
}

TEST(ClaimToken, HasThirtyTwoDigitsFromAllOfTheEntropy) {
  test::SeededEntropy entropy(1);
  const std::string token = draw_claim_token(entropy);
  EXPECT_EQ(token.size(), 32U);
  EXPECT_TRUE(parse_hex(token));
  EXPECT_NE(draw_claim_token(entropy), token);
  test::SeededEntropy again(1);
  EXPECT_EQ(draw_claim_token(again), token);
}

TEST(ClaimToken, IsKnownHoweverItIsTyped) {
  test::SeededEntropy entropy(1);
  const std::string token = draw_claim_token(entropy);
  std::string lower = token;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  EXPECT_TRUE(same_hash(hash_claim_token(lower), hash_claim_token(token)));
  EXPECT_TRUE(same_hash(hash_claim_token("  " + token + "\r\n"), hash_claim_token(token)));
}

TEST(ClaimToken, WhatIsNoTokenEqualsNone) {
  test::SeededEntropy entropy(1);
  const std::string token = draw_claim_token(entropy);
  for (const std::string& text :
       {std::string(), std::string(" "), token.substr(1), token.substr(2), token + "00",
        token + token, "x" + token.substr(1), std::string(100000, 'A')}) {
    EXPECT_FALSE(same_hash(hash_claim_token(text), hash_claim_token(token))) << text.size();
  }
}

}  // namespace
}  // namespace ngcshare
