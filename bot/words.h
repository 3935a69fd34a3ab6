// Splits what a person typed into words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ngcshare {

// Words are separated by spaces or tabs. Double or single quotes hold spaces together; a backslash
// takes the next character as it is, except in single quotes. nullopt: a quote is not closed.
std::optional<std::vector<std::string>> split_words(std::string_view text);

// The word as it is typed to be one word: in quotes where it needs them.
std::string quote_word(const std::string& word);
// A line that split_words() makes these words of.
std::string join_words(const std::vector<std::string>& words);

// The text with '?' for what could make a terminal or chat show something else than what is there.
std::string printable(std::string_view text);
// The same for each line of a text by itself; line ends are kept.
std::string printable_lines(std::string_view text);

// Cuts a text at line ends, or where a line is too long inside it (never inside a UTF-8 sequence),
// into pieces of at most `limit` bytes. REQUIRES: limit >= 4.
std::vector<std::string> split_message(std::string_view text, size_t limit);

// The same in at most `most` pieces: the last then says how many lines are left out. REQUIRES:
// limit >= 64, most >= 1.
std::vector<std::string> split_answer(std::string_view text, size_t limit, size_t most);

}  // namespace ngcshare
