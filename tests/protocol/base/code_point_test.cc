#include "protocol/base/code_point.h"

#include <gtest/gtest.h>

#include <string>

#include "protocol/base/text.h"

namespace ngcshare {
namespace {

struct HiddenCase {
  const char* name;
  std::string text;
};

const HiddenCase kHidden[] = {
    {"NUL", std::string(1, '\0')},
    {"newline", "\n"},
    {"DEL", "\x7F"},
    {"C1", "\xC2\x85"},
    {"no-break space", "\xC2\xA0"},
    {"soft hyphen", "\xC2\xAD"},
    {"combining grapheme joiner", "\xCD\x8F"},
    {"Arabic letter mark", "\xD8\x9C"},
    {"Hangul choseong filler", "\xE1\x85\x9F"},
    {"Hangul jungseong filler", "\xE1\x85\xA0"},
    {"Ogham space", "\xE1\x9A\x80"},
    {"Khmer inherent vowel", "\xE1\x9E\xB4"},
    {"Mongolian vowel separator", "\xE1\xA0\x8E"},
    {"en quad", "\xE2\x80\x80"},
    {"zero-width space", "\xE2\x80\x8B"},
    {"zero-width non-joiner", "\xE2\x80\x8C"},
    {"zero-width joiner", "\xE2\x80\x8D"},
    {"left-to-right mark", "\xE2\x80\x8E"},
    {"right-to-left mark", "\xE2\x80\x8F"},
    {"line separator", "\xE2\x80\xA8"},
    {"right-to-left override", "\xE2\x80\xAE"},
    {"narrow no-break space", "\xE2\x80\xAF"},
    {"mathematical space", "\xE2\x81\x9F"},
    {"word joiner", "\xE2\x81\xA0"},
    {"invisible plus", "\xE2\x81\xA4"},
    {"first isolate", "\xE2\x81\xA6"},
    {"nominal digit shapes", "\xE2\x81\xAF"},
    {"blank Braille", "\xE2\xA0\x80"},
    {"ideographic space", "\xE3\x80\x80"},
    {"Hangul filler", "\xE3\x85\xA4"},
    {"first noncharacter", "\xEF\xB7\x90"},
    {"variation selector 1", "\xEF\xB8\x80"},
    {"variation selector 16", "\xEF\xB8\x8F"},
    {"byte order mark", "\xEF\xBB\xBF"},
    {"halfwidth Hangul filler", "\xEF\xBE\xA0"},
    {"annotation anchor", "\xEF\xBF\xB9"},
    {"object replacement", "\xEF\xBF\xBC"},
    {"noncharacter FFFF", "\xEF\xBF\xBF"},
    {"musical begin beam", "\xF0\x9D\x85\xB3"},
    {"noncharacter 1FFFE", "\xF0\x9F\xBF\xBE"},
    {"language tag", "\xF3\xA0\x80\x81"},
    {"tag letter", "\xF3\xA0\x81\xA1"},
    {"variation selector 256", "\xF3\xA0\x87\xAF"},
    {"last code point", "\xF4\x8F\xBF\xBF"},
};

const HiddenCase kSeen[] = {
    {"space", " "},
    {"tilde", "~"},
    {"behind the no-break space", "\xC2\xA1"},
    {"accent of its own", "e\xCC\x81"},
    {"before the en quad", "\xE1\xBF\xBE"},
    {"hyphen", "\xE2\x80\x90"},
    {"ellipsis", "\xE2\x80\xA6"},
    {"per mille", "\xE2\x80\xB0"},
    {"superscript zero", "\xE2\x81\xB0"},
    {"Braille", "\xE2\xA0\x81"},
    {"ideographic comma", "\xE3\x80\x81"},
    {"Hangul", "\xED\x95\x9C"},
    {"fullwidth letter", "\xEF\xBD\x81"},
    {"replacement character", "\xEF\xBF\xBD"},
    {"emoji", "\xF0\x9F\x8E\xAE"},
};

TEST(HiddenCharacters, LeaveNoMarkOfTheirOwn) {
  for (const HiddenCase& row : kHidden) {
    EXPECT_FALSE(is_visible_utf8("a" + row.text + "b")) << row.name;
    std::string_view text = row.text;
    const auto code_point = take_code_point(text);
    ASSERT_TRUE(code_point) << row.name;
    EXPECT_TRUE(is_hidden(*code_point)) << row.name;
    EXPECT_TRUE(text.empty()) << row.name;
  }
  for (const HiddenCase& row : kSeen) EXPECT_TRUE(is_visible_utf8(row.text)) << row.name;
}

TEST(HiddenCharacters, IncludeAllThatIsNotPrintable) {
  for (uint32_t value = 0; value < 0x10000; ++value) {
    if (value >= 0xD800 && value <= 0xDFFF) continue;
    const std::string text = value < 0x80 ? std::string(1, static_cast<char>(value))
                             : value < 0x800
                                 ? std::string{static_cast<char>(0xC0 | (value >> 6)),
                                               static_cast<char>(0x80 | (value & 0x3F))}
                                 : std::string{static_cast<char>(0xE0 | (value >> 12)),
                                               static_cast<char>(0x80 | ((value >> 6) & 0x3F)),
                                               static_cast<char>(0x80 | (value & 0x3F))};
    std::string_view rest = text;
    ASSERT_EQ(take_code_point(rest), char32_t{value}) << value;
    ASSERT_TRUE(is_printable_utf8(text) || is_hidden(value)) << value;
    ASSERT_EQ(is_visible_utf8(text), !is_hidden(value)) << value;
  }
}

TEST(CodePoint, IsLeftWhereItIsMalformed) {
  for (const std::string_view malformed :
       {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    std::string_view text = malformed;
    EXPECT_FALSE(take_code_point(text));
    EXPECT_EQ(text, malformed);
    EXPECT_FALSE(is_visible_utf8(malformed));
  }
}

}  // namespace
}  // namespace ngcshare
