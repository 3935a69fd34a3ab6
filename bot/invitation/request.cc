#include "bot/invitation/request.h"

#include <sodium.h>

#include <algorithm>
#include <string_view>

#include "bot/invitation/base64.h"

namespace ngcshare {
namespace {

constexpr std::string_view kGreeting = "ngcshare invitation ";
constexpr size_t kSecretText = 22;

}  // namespace

InvitationSecret draw_invitation_secret(Entropy& entropy) {
  InvitationSecret secret{};
  for (size_t i = 0; i < secret.size(); i += 4) {
    const uint32_t random = entropy.next_u32();
    for (size_t byte = 0; byte < 4; ++byte) {
      secret.at(i + byte) = static_cast<uint8_t>(random >> (8 * byte));
    }
  }
  return secret;
}

Key hash_of(const InvitationSecret& secret) {
  Key hash{};
  crypto_generichash(hash.data(), hash.size(), secret.data(), secret.size(), nullptr, 0);
  return hash;
}

std::string request_with(const InvitationSecret& secret) {
  return std::string(kGreeting) + to_base64(secret);
}

std::optional<InvitationSecret> secret_in_request(Bytes message) {
  if (message.size() != kGreeting.size() + kSecretText) return std::nullopt;
  const std::string_view text(reinterpret_cast<const char*>(message.data()), message.size());
  if (!text.starts_with(kGreeting)) return std::nullopt;
  const auto bytes = parse_base64(text.substr(kGreeting.size()));
  InvitationSecret secret{};
  if (!bytes || bytes->size() != secret.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), secret.begin());
  return secret;
}

}  // namespace ngcshare
