#include "bot/people/invitations.h"

#include <gtest/gtest.h>

#include "storage/stores/group_store.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare {
namespace {

using storage::key_of;

const Key kGroup = key_of(1);
const Key kAnna = key_of(11);
const Key kBob = key_of(12);
constexpr int64_t kNow = 1000;

class InvitationsTest : public testing::Test {
 protected:
  InvitationsTest() { storage::GroupStore(database_).put(storage::sample_group(1)); }
  Invitations::Issued issue(Invitations::Terms terms = {.chat_id = kGroup}) {
    return invitations_.issue(terms, {.at = kNow, .by = key_of(9)}).value();
  }
  auto admit(const InvitationSecret& secret, const Key& guest, int64_t now = kNow) {
    return invitations_.admit(secret, guest, now);
  }

  test::SeededEntropy entropy_{7};
  storage::TemporaryFolder folder_;
  storage::Database database_{folder_ / "ngcshare.db"};
  Invitations invitations_{database_, entropy_};
};

TEST_F(InvitationsTest, TheSecretLetsAnybodyInAgainAndAgain) {
  const auto issued = issue();
  for (const Key& guest : {kAnna, kBob, kAnna}) EXPECT_EQ(admit(issued.secret, guest), kGroup);
  EXPECT_EQ(invitations_.list(kNow).at(0).uses, 3);
}

TEST_F(InvitationsTest, AnyOtherSecretLetsNobodyIn) {
  EXPECT_EQ(admit({}, kAnna), std::nullopt);
  const auto issued = issue();
  for (size_t bit = 0; bit < 128; ++bit) {
    InvitationSecret other = issued.secret;
    other.at(bit / 8) ^= static_cast<uint8_t>(1 << (bit % 8));
    EXPECT_EQ(admit(other, kAnna), std::nullopt) << bit;
  }
  EXPECT_EQ(invitations_.list(kNow).at(0).uses, 0);
}

TEST_F(InvitationsTest, OneForOneGuestIsThatGuestsFromThenOn) {
  const auto issued = issue({.chat_id = kGroup, .once = true});
  EXPECT_EQ(admit(issued.secret, kAnna), kGroup);
  EXPECT_EQ(admit(issued.secret, kBob), std::nullopt);
  EXPECT_EQ(admit(issued.secret, kAnna), kGroup);
  EXPECT_EQ(invitations_.list(kNow).at(0).uses, 1);
}

TEST_F(InvitationsTest, AskingWhetherItStillLetsInIsNoUse) {
  const auto issued = issue({.chat_id = kGroup, .once = true});
  EXPECT_TRUE(invitations_.admits(issued.secret, kBob, kNow));
  EXPECT_FALSE(invitations_.admits({}, kBob, kNow));
  EXPECT_EQ(invitations_.list(kNow).at(0).uses, 0);
  admit(issued.secret, kAnna);
  EXPECT_TRUE(invitations_.admits(issued.secret, kAnna, kNow));
  EXPECT_FALSE(invitations_.admits(issued.secret, kBob, kNow));
  invitations_.revoke(issued.id);
  EXPECT_FALSE(invitations_.admits(issued.secret, kAnna, kNow));
}

TEST_F(InvitationsTest, EndsAtItsTime) {
  const auto issued = issue({.chat_id = kGroup, .until = kNow + 60});
  EXPECT_EQ(admit(issued.secret, kAnna, kNow + 59), kGroup);
  EXPECT_EQ(admit(issued.secret, kAnna, kNow + 60), std::nullopt);
  EXPECT_TRUE(invitations_.list(kNow + 60).empty());
}

TEST_F(InvitationsTest, IsRevokedByItsNumberAndNoOther) {
  const auto first = issue();
  const auto second = issue();
  EXPECT_FALSE(invitations_.revoke(second.id + 1));
  EXPECT_TRUE(invitations_.revoke(first.id));
  EXPECT_EQ(admit(first.secret, kAnna), std::nullopt);
  EXPECT_EQ(admit(second.secret, kAnna), kGroup);
}

TEST_F(InvitationsTest, SecretsAreStoredAsHashesOnly) {
  const auto issued = issue();
  const std::string secret(issued.secret.begin(), issued.secret.end());
  for (const auto& file : std::filesystem::directory_iterator(folder_ / "")) {
    EXPECT_EQ(storage::content_of(file.path()).find(secret), std::string::npos) << file.path();
  }
}

TEST_F(InvitationsTest, NoMoreThanCanBeComparedAreIssuedUntilOneEnds) {
  for (size_t i = 0; i + 1 < Invitations::kMost; ++i) issue();
  issue({.chat_id = kGroup, .until = kNow + 1});
  EXPECT_FALSE(invitations_.issue({.chat_id = kGroup}, {.at = kNow}));
  EXPECT_TRUE(invitations_.issue({.chat_id = kGroup}, {.at = kNow + 1}));
}

}  // namespace
}  // namespace ngcshare
