#include "bot/base/key.h"

#include <algorithm>

namespace ngcshare {
namespace {

std::optional<uint8_t> digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<uint8_t>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<uint8_t>(digit - 'A' + 10);
  return std::nullopt;
}

}  // namespace

std::string to_hex(std::span<const uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<std::vector<uint8_t>> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<uint8_t> bytes;
  for (size_t i = 0; i < text.size(); i += 2) {
    const auto high = digit_value(text[i]);
    const auto low = digit_value(text[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<uint8_t>(*high << 4 | *low));
  }
  return bytes;
}

std::optional<Key> parse_key(std::string_view text) {
  const auto bytes = parse_hex(text);
  Key key{};
  if (!bytes || bytes->size() != key.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

bool has_prefix(const Key& key, std::string_view digits) {
  if (digits.empty() || digits.size() > 2 * key.size()) return false;
  for (size_t i = 0; i < digits.size(); ++i) {
    const int shift = i % 2 == 0 ? 4 : 0;
    if (digit_value(digits[i]) != (key.at(i / 2) >> shift & 15)) return false;
  }
  return true;
}

std::string short_key(const Key& key) { return to_hex(std::span(key).first(4)); }

std::string trusted_digits(const Key& key) {
  return to_hex(std::span(key).first(kTrustedDigits / 2));
}

}  // namespace ngcshare
