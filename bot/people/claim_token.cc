#include "bot/people/claim_token.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "bot/base/key.h"

namespace ngcshare {
namespace {

constexpr size_t kTokenBytes = 16;
constexpr std::string_view kBlanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::string draw_claim_token(Entropy& entropy) {
  std::array<uint8_t, kTokenBytes> token{};
  for (size_t i = 0; i < token.size(); i += 4) {
    const uint32_t random = entropy.next_u32();
    for (size_t byte = 0; byte < 4; ++byte) {
      token.at(i + byte) = static_cast<uint8_t>(random >> (8 * byte));
    }
  }
  return to_hex(token);
}

// Text that cannot be a token is hashed like an empty one.
storage::Key32 hash_claim_token(std::string_view typed) {
  typed = trimmed(typed);
  const auto parsed = parse_hex(typed);
  const std::vector<uint8_t> bytes =
      parsed && parsed->size() == kTokenBytes ? *parsed : std::vector<uint8_t>();
  storage::Key32 hash{};
  crypto_generichash(hash.data(), hash.size(), bytes.data(), bytes.size(), nullptr, 0);
  return hash;
}

std::vector<std::string_view> possible_claim_tokens(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
  std::vector<std::string_view> found;
  while (true) {
    const size_t first = text.find_first_of(kDigits);
    if (first == std::string_view::npos) return found;
    text.remove_prefix(first);
    const size_t length = std::min(text.find_first_not_of(kDigits), text.size());
    if (length == 2 * kTokenBytes) found.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
}

bool same_hash(const storage::Key32& one, const storage::Key32& other) {
  return sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace ngcshare
