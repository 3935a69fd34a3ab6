// Splits typed text into words and back.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ngcshare {

// Splits at spaces and tabs. Double or single quotes keep spaces; a backslash takes the next
// character literally, except in single quotes. Returns nullopt if a quote is not closed.
std::optional<std::vector<std::string>> split_words(std::string_view text);

// As split_words(), for the words before index `as_typed`, but takes what a phone's keyboard writes
// for what was meant: typographic quotes around words, white space of all kinds between them, an em
// dash in front of an option and any dash between digits. Leaves what follows '@', a nickname, as
// it is. The other words are split by split_words().
std::optional<std::vector<std::string>> split_phone_words(std::string_view text, size_t as_typed);

// Returns the word as it must be typed to be one word: in quotes if it needs them.
std::string quote_word(const std::string& word);
// Returns a line that split_words() turns into these words.
std::string join_words(const std::vector<std::string>& words);

}  // namespace ngcshare
