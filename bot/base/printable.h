// Makes text from others safe to display.
#pragma once

#include <string>
#include <string_view>

namespace ngcshare {

// Returns the text with each control character and malformed byte as '?', and each other character
// that cannot be seen (is_hidden()) as its number, such as <U+200B>, because it could make a
// terminal or chat display something else, or the text look like another one.
std::string printable(std::string_view text);
// Does the same line by line, and keeps line ends.
std::string printable_lines(std::string_view text);

}  // namespace ngcshare
