#include "bot/base/printable.h"

#include <gtest/gtest.h>

#include "bot/base/lookalike.h"

namespace ngcshare {
namespace {

struct ShownCase {
  std::string_view text;
  std::string_view shown;
};

const ShownCase kShown[] = {
    {"", ""},
    {"our server", "our server"},
    {"sp\xC3\xA9l \xF0\x9F\x8E\xAE", "sp\xC3\xA9l \xF0\x9F\x8E\xAE"},
    {"a\nb\x1B[31m\x7F", "a?b?[31m?"},
    {"a\xC2\x85"
     "b",
     "a?b"},
    {"sp\xC3\xA9l\xFF", "sp\xC3\xA9l?"},
    {"cut\xE2\x80", "cut??"},
    {"mine\xE2\x80\x8B"
     "craft",
     "mine<U+200B>craft"},
    {"\xC2\xA0x", "<U+00A0>x"},
    {"\xE2\x80\xAE"
     "cba",
     "<U+202E>cba"},
    {"flag\xF3\xA0\x81\xA7", "flag<U+E0067>"},
};

TEST(Printable, ShowsWhatCannotBeSeen) {
  for (const ShownCase& row : kShown) {
    EXPECT_EQ(printable(row.text), row.shown);
    EXPECT_EQ(printable(row.shown), row.shown) << "what is shown is printable";
  }
}

TEST(Printable, KeepsLineEndsWhereItIsAskedTo) {
  EXPECT_EQ(printable_lines("a\tb\n\xE2\x80\x8B\n"), "a?b\n<U+200B>\n");
}

struct TwinCase {
  const char* label;
  std::string_view one;
  std::string_view other;
};

const TwinCase kTwins[] = {
    {"zero width", "minecraft",
     "mine\xE2\x80\x8B"
     "craft"},
    {"tag", "minecraft", "minecraft\xF3\xA0\x81\xA1"},
    {"variation selector", "\xE2\x9D\xA4", "\xE2\x9D\xA4\xEF\xB8\x8F"},
    {"case", "minecraft", "MineCraft"},
    {"space at the end", "minecraft", "minecraft "},
    {"two spaces", "our server", "our  server"},
    {"no-break space", "our server", "our\xC2\xA0server"},
    {"Cyrillic", "pace", "\xD1\x80\xD0\xB0\xD1\x81\xD0\xB5"},
    {"phonetic", "again", "\xC9\x91\xC9\xA1\xC9\x91in"},
    {"Greek capitals", "BOX", "\xCE\x92\xCE\x9F\xCE\xA7"},
    {"fullwidth", "web", "\xEF\xBD\x97\xEF\xBD\x85\xEF\xBD\x82"},
    {"bold", "web", "\xF0\x9D\x90\xB0\xF0\x9D\x90\x9E\xF0\x9D\x90\x9B"},
    {"digits", "lo", "10"},
    {"capital i", "lan", "Ian"},
    {"two ways to write an accent", "sp\xC3\xA9l", "spe\xCC\x81l"},
    {"accent", "spel", "sp\xC3\xA9l"},
};

TEST(Lookalikes, HaveOneAppearance) {
  for (const TwinCase& row : kTwins) EXPECT_TRUE(look_alike(row.one, row.other)) << row.label;
}

const TwinCase kDifferent[] = {
    {"another letter", "web", "wet"},      {"a letter more", "web", "webs"},
    {"other accents", "o\xC3\xA6", "oe"},  {"another script", "\xE6\x97\xA5", "\xE6\x9C\xAC"},
    {"malformed bytes", "a\xFF", "a\xFE"}, {"malformed or not there", "a\xFF", "a"},
};

TEST(Lookalikes, AreNotNamesThatDiffer) {
  for (const TwinCase& row : kDifferent) EXPECT_FALSE(look_alike(row.one, row.other)) << row.label;
}

}  // namespace
}  // namespace ngcshare
