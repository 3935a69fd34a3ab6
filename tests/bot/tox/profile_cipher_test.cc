#include "bot/tox/profile_cipher.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

std::vector<uint8_t> profile_of(size_t size) {
  std::vector<uint8_t> profile(size);
  for (size_t i = 0; i < size; ++i) profile[i] = static_cast<uint8_t>(i * 7);
  return profile;
}

TEST(ProfileCipher, WithoutAPassphraseChangesNothing) {
  ProfileCipher cipher("");
  EXPECT_EQ(cipher.seal(profile_of(1000)), profile_of(1000));
  EXPECT_EQ(cipher.open(profile_of(1000)), profile_of(1000));
  EXPECT_TRUE(cipher.open({}).empty());
}

TEST(ProfileCipher, OpensWhatItSealedAlsoInALaterProcess) {
  ProfileCipher writer("correct horse");
  const auto stored = writer.seal(profile_of(5000));
  EXPECT_GT(stored.size(), 5000U);
  ProfileCipher reader("correct horse");
  EXPECT_EQ(reader.open(stored), profile_of(5000));
  const auto again = reader.seal(profile_of(6000));
  EXPECT_EQ(writer.open(again), profile_of(6000));
}

TEST(ProfileCipher, TakesAProfileThatWasNotEncryptedBefore) {
  ProfileCipher cipher("secret");
  EXPECT_EQ(cipher.open(profile_of(1000)), profile_of(1000));
  EXPECT_NE(cipher.seal(profile_of(1000)), profile_of(1000));
}

TEST(ProfileCipher, SaysWhatIsMissingOrWrong) {
  const auto stored = ProfileCipher("secret").seal(profile_of(1000));
  ProfileCipher none("");
  EXPECT_THROW(none.open(stored), ProfileError);
  ProfileCipher wrong("Secret");
  EXPECT_THROW(wrong.open(stored), ProfileError);
  auto damaged = stored;
  damaged.back() ^= 1;
  ProfileCipher right("secret");
  EXPECT_THROW(right.open(damaged), ProfileError);
}

}  // namespace
}  // namespace ngcshare
