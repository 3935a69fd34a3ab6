// Splits typed text into words and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ngcshare {

// Splits at spaces and tabs. Double or single quotes keep spaces; a backslash takes the next
// character literally, except in single quotes. Returns nullopt if a quote is not closed.
std::optional<std::vector<std::string>> split_words(std::string_view text);

// Returns the word as it must be typed to be one word: in quotes if it needs them.
std::string quote_word(const std::string& word);
// Returns a line that split_words() turns into these words.
std::string join_words(const std::vector<std::string>& words);

}  // namespace ngcshare
