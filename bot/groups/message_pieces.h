// Cuts texts into pieces that fit into chat messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ngcshare {

// Cuts at line ends, or inside a line that is too long (never inside a UTF-8 sequence), into pieces
// of at most `limit` bytes. REQUIRES: limit >= 4.
std::vector<std::string> split_message(std::string_view text, size_t limit);

// As split_message(), but returns at most `most` pieces; the last one then says how many lines are
// left out. REQUIRES: limit >= 64, most >= 1.
std::vector<std::string> split_answer(std::string_view text, size_t limit, size_t most);

}  // namespace ngcshare
