// Makes text from others safe to display.
#pragma once

#include <string>
#include <string_view>

namespace ngcshare {

// Replaces bytes that could make a terminal or chat display something else than the text by '?'.
std::string printable(std::string_view text);
// As printable(), line by line; line ends are kept.
std::string printable_lines(std::string_view text);

}  // namespace ngcshare
