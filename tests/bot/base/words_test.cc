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

// -- split_phone_words ---------------------------------------------------------------------------

const WordsCase kPhoneCases[] = {
    {"what is plain", R"(share "my server" 80 it\'s)", Words{"share", "my server", "80", "it's"}},
    {"English quotes", "\u201Cmy server\u201D 80", Words{"my server", "80"}},
    {"German quotes", "\u201Emy server\u201C 80", Words{"my server", "80"}},
    {"French quotes", "\u00ABmy server\u00BB 80", Words{"my server", "80"}},
    {"single quotes", "\u2018my server\u2019 80", Words{"my server", "80"}},
    {"an apostrophe in single quotes", "\u2018it\u2019s here\u2019", Words{"it\u2019s here"}},
    {"an apostrophe in a word", "it\u2019s", Words{"it\u2019s"}},
    {"a quote inside a word", "5\u201D", Words{"5\u201D"}},
    {"typographic in plain quotes", "\"a\u201Db\"", Words{"a\u201Db"}},
    {"closed by a plain quote", "\u201Cmy server\" 80", Words{"my server", "80"}},
    {"not closed", "\u201Cmy server", std::nullopt},
    {"no-break spaces", "share\u00A0web\u202F80", Words{"share", "web", "80"}},
    {"white space at the ends", "\u00A0 services \u00A0\n", Words{"services"}},
    {"a no-break space in quotes", "\u201Ca\u00A0b\u201D", Words{"a\u00A0b"}},
    {"en dash in a range", "2456\u20132458/udp", Words{"2456-2458/udp"}},
    {"minus sign in a range", "2456\u22122458", Words{"2456-2458"}},
    {"a dash between words", "a \u2013 b\u2013c", Words{"a", "--", "b\u2013c"}},
    {"em dash for an option", "\u2014yes", Words{"--yes"}},
    {"two dashes for an option", "\u2013\u2013yes -\u2013yes \u2013-yes",
     Words{"--yes", "--yes", "--yes"}},
    {"a nickname", "@1\u20132\u2019\u00A0x", Words{"@1\u20132\u2019\u00A0x"}},
    {"a nickname and a space at the end", "@al\u00A0 ", Words{"@al"}},
    {"a group's nickname", "1A2B3C4D/@1\u20132", Words{"1A2B3C4D/@1\u20132"}},
    {"bytes that are no text", "\xE2\x80 \xC2", Words{"\xE2\x80", "\xC2"}},
};

TEST(SplitPhoneWords, TakesWhatAKeyboardWritesForWhatIsMeant) {
  for (const WordsCase& row : kPhoneCases) {
    EXPECT_EQ(split_phone_words(row.text, 100), row.words) << row.name;
  }
}

TEST(SplitPhoneWords, LeavesTheLaterWordsAsTheyAreTyped) {
  const std::string_view line = "\u201Ca b\u201D\u00A01\u20132 \u201Cc\u201D\u00A01\u20132 \"d e\"";
  EXPECT_EQ(split_phone_words(line, 2),
            (Words{"a b", "1-2", "\u201Cc\u201D\u00A01\u20132", "d e"}));
  for (const WordsCase& row : kWordsCases) {
    EXPECT_EQ(split_phone_words(row.text, 0), row.words) << row.name;
    EXPECT_EQ(split_phone_words(row.text, 100), row.words) << row.name;
  }
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
