#include "protocol/base/code_point.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace ngcshare {
namespace {

// Returns the length of the UTF-8 sequence that begins with `lead`, or 0 if none does.
size_t sequence_length(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode's general categories Cc, Cf, Zl, Zp and Zs without U+0020, its property
// Default_Ignorable_Code_Point, the noncharacters, and blank symbols: U+2800, U+FFFC, U+16FE4 and
// U+1D159. Sorted. The noncharacters at the end of each plane are in is_hidden().
constexpr Range kHidden[] = {
    {0x0000, 0x001F},    // C0
    {0x007F, 0x00A0},    // DEL, C1, no-break space
    {0x00AD, 0x00AD},    // soft hyphen
    {0x034F, 0x034F},    // combining grapheme joiner
    {0x0600, 0x0605},    // Arabic number signs
    {0x061C, 0x061C},    // Arabic letter mark
    {0x06DD, 0x06DD},    // Arabic end of ayah
    {0x070F, 0x070F},    // Syriac abbreviation mark
    {0x0890, 0x0891},    // Arabic currency marks
    {0x08E2, 0x08E2},    // Arabic disputed end of ayah
    {0x115F, 0x1160},    // Hangul fillers
    {0x1680, 0x1680},    // Ogham space
    {0x17B4, 0x17B5},    // Khmer inherent vowels
    {0x180B, 0x180F},    // Mongolian variation selectors and vowel separator
    {0x2000, 0x200F},    // spaces, zero-width characters, direction marks
    {0x2028, 0x202F},    // separators, direction overrides, narrow no-break space
    {0x205F, 0x206F},    // mathematical space, word joiner, invisible operators, isolates
    {0x2800, 0x2800},    // blank Braille pattern
    {0x3000, 0x3000},    // ideographic space
    {0x3164, 0x3164},    // Hangul filler
    {0xFDD0, 0xFDEF},    // noncharacters
    {0xFE00, 0xFE0F},    // variation selectors
    {0xFEFF, 0xFEFF},    // byte order mark
    {0xFFA0, 0xFFA0},    // halfwidth Hangul filler
    {0xFFF0, 0xFFFC},    // annotations, object replacement
    {0x110BD, 0x110BD},  // Kaithi number signs
    {0x110CD, 0x110CD}, {0x13430, 0x1343F},  // Egyptian format controls
    {0x16FE4, 0x16FE4},                      // Khitan filler
    {0x1BCA0, 0x1BCA3},                      // shorthand format controls
    {0x1D159, 0x1D159},                      // null notehead
    {0x1D173, 0x1D17A},                      // musical format controls
    {0xE0000, 0xE0FFF},                      // tags, more variation selectors
};

}  // namespace

std::optional<char32_t> take_code_point(std::string_view& text) {
  const auto lead = static_cast<uint8_t>(text.front());
  const size_t length = sequence_length(lead);
  if (length == 0 || text.size() < length) return std::nullopt;
  char32_t value = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    value = (value << 6) | (next & 0x3FU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[length] || value > 0x10FFFF) return std::nullopt;
  if (value >= 0xD800 && value <= 0xDFFF) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

bool is_hidden(char32_t code_point) {
  if ((code_point & 0xFFFE) == 0xFFFE) return true;  // a plane's last two are noncharacters
  const auto* const range =
      std::lower_bound(std::begin(kHidden), std::end(kHidden), code_point,
                       [](const Range& one, char32_t value) { return one.last < value; });
  return range != std::end(kHidden) && code_point >= range->first;
}

}  // namespace ngcshare
