// Reads UTF-8 one character at a time and tells characters that cannot be seen.
#pragma once

#include <optional>
#include <string_view>

namespace ngcshare {

// Removes the first code point of `text` and returns it. Returns nullopt, and removes nothing, if
// `text` does not begin with well-formed UTF-8 (no overlong forms, surrogates or values above
// U+10FFFF). REQUIRES: `text` is not empty.
std::optional<char32_t> take_code_point(std::string_view& text);

// Returns whether it is a C0 or C1 control character or DEL.
constexpr bool is_control(char32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);
}

// Returns whether it leaves no mark of its own, so that two texts can differ in it and look the
// same: control and format characters, direction marks, characters without width (joiners,
// variation selectors, tags, fillers), spaces other than U+0020, blank symbols and noncharacters.
bool is_hidden(char32_t code_point);

}  // namespace ngcshare
