// Makes text from others safe to display.
#pragma once

#include <string>
#include <string_view>

namespace ngcshare {

// Replaces bytes that could make a terminal or chat display something else than the text by '?'.
std::string printable(std::string_view text);
// Does the same line by line, and keeps line ends.
std::string printable_lines(std::string_view text);

}  // namespace ngcshare
