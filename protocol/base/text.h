// Printable names and lines: UTF-8 without control characters.
#pragma once

#include <string_view>

namespace ngcshare {

inline constexpr size_t kMaxServiceNameBytes = 64;

// Returns whether `text` is well-formed UTF-8 (no overlong forms, surrogates or values above
// U+10FFFF) without C0, DEL and C1 control characters, line and paragraph separators and
// bidirectional overrides (which could make a terminal or chat display a different text).
bool is_printable_utf8(std::string_view text);

// Returns whether `text` is well-formed UTF-8 of characters that can all be seen (is_hidden()).
bool is_visible_utf8(std::string_view text);

// Returns whether `name` is printable UTF-8 of 1 to kMaxServiceNameBytes bytes, as Offers have it.
bool is_valid_service_name(std::string_view name);

}  // namespace ngcshare
