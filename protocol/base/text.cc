#include "protocol/base/text.h"

#include <cstdint>

namespace ngcshare {
namespace {

constexpr uint32_t kInvalid = 0xFFFFFFFF;

// Returns the length of the UTF-8 sequence that begins with `lead`, or 0 if none does.
size_t sequence_length(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

// Removes one code point from the front of `text` and returns it, or kInvalid if it is malformed.
uint32_t take_code_point(std::string_view& text) {
  const auto lead = static_cast<uint8_t>(text.front());
  const size_t length = sequence_length(lead);
  if (length == 0 || text.size() < length) return kInvalid;
  uint32_t value = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xC0) != 0x80) return kInvalid;
    value = (value << 6) | (next & 0x3FU);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[length] || value > 0x10FFFF) return kInvalid;
  if (value >= 0xD800 && value <= 0xDFFF) return kInvalid;
  text.remove_prefix(length);
  return value;
}

bool is_printable(uint32_t code_point) {
  if (code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F)) return false;
  if (code_point == 0x2028 || code_point == 0x2029) return false;
  if (code_point >= 0x202A && code_point <= 0x202E) return false;
  if (code_point >= 0x2066 && code_point <= 0x2069) return false;
  return true;
}

}  // namespace

bool is_printable_utf8(std::string_view text) {
  while (!text.empty()) {
    const uint32_t code_point = take_code_point(text);
    if (code_point == kInvalid || !is_printable(code_point)) return false;
  }
  return true;
}

bool is_valid_service_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxServiceNameBytes && is_printable_utf8(name);
}

}  // namespace ngcshare
