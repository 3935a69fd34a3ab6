#include "bot/base/words.h"

#include <gtest/gtest.h>

#include "bot/base/printable.h"

namespace ngcshare {
namespace {

using Words = std::vector<std::string>;

// -- split_words ---------------------------------------------------------------------------------

struct WordsCase {
  const char* name;
  std::string_view text;
  std::optional<Words> words;
};

const WordsCase kWordsCases[] = {
    {"empty", "", Words{}},
    {"only white space", " \t ", Words{}},
    {"one word", "services", Words{"services"}},
    {"several spaces and tabs", "  share\t web   80 ", Words{"share", "web", "80"}},
    {"double quotes", R"("my server" 80)", Words{"my server", "80"}},
    {"single quotes", "'my server' 80", Words{"my server", "80"}},
    {"quotes inside a word", R"(a"b c"d)", Words{"ab cd"}},
    {"empty quotes are a word", R"(a "" '')", Words{"a", "", ""}},
    {"one kind of quote inside the other", R"("it's" 'say "x"')", Words{"it's", "say \"x\""}},
    {"backslash before a space", R"(my\ server)", Words{"my server"}},
    {"backslash before a quote", R"(it\'s)", Words{"it's"}},
    {"backslash before a backslash", R"(a\\b)", Words{R"(a\b)"}},
    {"backslash in double quotes", R"("a\"b")", Words{"a\"b"}},
    {"backslash in single quotes", R"('a\b')", Words{R"(a\b)"}},
    {"backslash at the end", R"(a\)", Words{R"(a\)"}},
    {"UTF-8", "sp\xC3\xA9l \xF0\x9F\x8E\xAE", Words{"sp\xC3\xA9l", "\xF0\x9F\x8E\xAE"}},
    {"double quote not closed", R"(share "web)", std::nullopt},
    {"single quote not closed", "don't", std::nullopt},
    {"closed by another quote", R"("web')", std::nullopt},
    {"closing quote behind a backslash", R"("web\")", std::nullopt},
};

TEST(SplitWords, HonoursQuotesAndBackslashes) {
  for (const WordsCase& row : kWordsCases) EXPECT_EQ(split_words(row.text), row.words) << row.name;
}

// -- join_words ----------------------------------------------------------------------------------

TEST(JoinWords, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(join_words({}), "");
  EXPECT_EQ(join_words({"share", "web", "80/udp"}), "share web 80/udp");
  EXPECT_EQ(join_words({"share", "my server", "80"}), "share \"my server\" 80");
}

TEST(JoinWords, IsUndoneBySplitWords) {
  for (const Words& words : {Words{}, Words{""}, Words{"", " ", "\t"}, Words{"it's", "\"", "\\"},
                             Words{"a\\ b", "\\\"", "'\"'"}, Words{"line\nend", "\xFF"}}) {
    EXPECT_EQ(split_words(join_words(words)), words) << join_words(words);
  }
}

// -- printable_lines -----------------------------------------------------------------------------

TEST(PrintableLines, KeepLineEndsAndWhatCanBeShown) {
  EXPECT_EQ(printable_lines(""), "");
  EXPECT_EQ(printable_lines("a\nsp\xC3\xA9l\n\nb\n"), "a\nsp\xC3\xA9l\n\nb\n");
  EXPECT_EQ(printable_lines("a\x1B[2J\nsp\xC3\xA9l\n\r"), "a?[2J\nsp\xC3\xA9l\n?");
}

}  // namespace
}  // namespace ngcshare
