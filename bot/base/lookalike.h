// Recognizes names that a reader can take for each other.
#pragma once

#include <string>
#include <string_view>

namespace ngcshare {

// Returns what a reader sees of the text, only to be compared: without spaces and characters that
// cannot be seen (is_hidden()); without case, width, style and accents of Latin letters; with
// Greek and Cyrillic letters as the Latin ones that they look like; with 0 as o, and 1, i and | as
// l. Covers what is within reach of a keyboard, not all that Unicode calls confusable, because the
// library that knows these (ICU) brings 30 MB of data.
std::u32string appearance(std::string_view text);

// Returns whether the texts have the same appearance.
bool look_alike(std::string_view one, std::string_view other);

}  // namespace ngcshare
