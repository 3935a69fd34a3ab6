#include "bot/invitation/request.h"

#include <gtest/gtest.h>

#include "tests/support/seeded_entropy.h"

namespace ngcshare {
namespace {

Bytes bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TEST(InvitationRequest, CarriesTheSecret) {
  test::SeededEntropy entropy(1);
  for (int i = 0; i < 100; ++i) {
    const InvitationSecret secret = draw_invitation_secret(entropy);
    const std::string message = request_with(secret);
    EXPECT_EQ(secret_in_request(bytes_of(message)), secret);
  }
}

TEST(InvitationRequest, HasOneForm) {
  EXPECT_EQ(request_with({}), "ngcshare invitation AAAAAAAAAAAAAAAAAAAAAA");
  const std::pair<const char*, std::string> rejected[] = {
      {"empty", ""},
      {"a greeting", "hi, it is me"},
      {"no secret", "ngcshare invitation "},
      {"secret cut", "ngcshare invitation AAAAAAAAAAAAAAAAAAAAA"},
      {"secret too long", "ngcshare invitation AAAAAAAAAAAAAAAAAAAAAAA"},
      {"other greeting", "ngcshare Invitation AAAAAAAAAAAAAAAAAAAAAA"},
      {"no alphabet", "ngcshare invitation AAAAAAAAAA+AAAAAAAAAAA"},
      {"a space", "ngcshare invitation AAAAAAAAAA AAAAAAAAAAA"},
      {"unused bits set", "ngcshare invitation AAAAAAAAAAAAAAAAAAAAAB"},
      {"a byte that is no ASCII",
       "ngcshare invitation UFFSU1RVVsU\xE8"
       "EVpbXF1eXw"},
      {"padding", "ngcshare invitation AAAAAAAAAAAAAAAAAAAA=="},
      {"zero behind", std::string("ngcshare invitation AAAAAAAAAAAAAAAAAAAAAA\0", 43)},
  };
  for (const auto& [label, message] : rejected) {
    EXPECT_EQ(secret_in_request(bytes_of(message)), std::nullopt) << label;
  }
}

TEST(InvitationRequest, DifferentSecretsHaveDifferentHashesAndNoHashShowsItsSecret) {
  test::SeededEntropy entropy(2);
  const InvitationSecret one = draw_invitation_secret(entropy);
  const InvitationSecret other = draw_invitation_secret(entropy);
  EXPECT_NE(one, other);
  EXPECT_NE(hash_of(one), hash_of(other));
  EXPECT_EQ(to_hex(hash_of(one)).find(to_hex(one)), std::string::npos);
}

}  // namespace
}  // namespace ngcshare
