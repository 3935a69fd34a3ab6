#include "bot/invitation/base64.h"

#include <sodium.h>

#include <algorithm>

#include "bot/base/ascii.h"

namespace ngcshare {
namespace {

constexpr int kAlphabet = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

bool is_digit(char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; }

}  // namespace

std::string to_base64(Bytes bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kAlphabet), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kAlphabet);
  text.pop_back();  // the final zero
  return text;
}

// Checks the characters itself, because libsodium takes some bytes above 127 for digits.
std::optional<std::vector<uint8_t>> parse_base64(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::vector<uint8_t> bytes(text.size() / 4 * 3 + 2);
  size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size,
                        nullptr, kAlphabet) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace ngcshare
