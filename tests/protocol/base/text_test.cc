#include "protocol/base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace ngcshare {
namespace {

using namespace std::string_literals;  // NOLINT(google-build-using-namespace)

struct TextCase {
  const char* name;
  std::string text;
};

const TextCase kPrintable[] = {
    {"empty", ""},
    {"one letter", "a"},
    {"first printable", " "},
    {"last of ASCII", "~"},
    {"first behind C1", "\xC2\xA0"},
    {"two bytes", "\xC3\xA9t\xC3\xA9"},
    {"last of two bytes", "\xDF\xBF"},
    {"first of three bytes", "\xE0\xA0\x80"},
    {"three bytes", "\xE6\x97\xA5\xE6\x9C\xAC"},
    {"last before the surrogates", "\xED\x9F\xBF"},
    {"first behind the surrogates", "\xEE\x80\x80"},
    {"last of three bytes", "\xEF\xBF\xBF"},
    {"first of four bytes", "\xF0\x90\x80\x80"},
    {"four bytes", "\xF0\x9F\x8E\xAE"},
    {"last code point", "\xF4\x8F\xBF\xBF"},
    {"before the line separator", "\xE2\x80\xA7"},
    {"behind the overrides", "\xE2\x80\xAF"},
    {"before the isolates", "\xE2\x81\xA5"},
    {"behind the isolates", "\xE2\x81\xAA"},
};

const TextCase kNotPrintable[] = {
    {"NUL", "a\0b"s},
    {"tab", "\t"},
    {"newline", "a\nb"},
    {"carriage return", "a\r"},
    {"escape", "\x1B[31m"},
    {"last of C0", "\x1F"},
    {"DEL", "\x7F"},
    {"first of C1", "\xC2\x80"},
    {"last of C1", "\xC2\x9F"},
    {"line separator", "\xE2\x80\xA8"},
    {"paragraph separator", "\xE2\x80\xA9"},
    {"first override", "\xE2\x80\xAA"},
    {"right-to-left override", "abc\xE2\x80\xAE"},
    {"first isolate", "\xE2\x81\xA6"},
    {"last isolate", "\xE2\x81\xA9"},
    {"continuation byte alone", "\x80"},
    {"overlong of two bytes", "\xC0\xAF"},
    {"overlong of two bytes, last", "\xC1\xBF"},
    {"overlong of three bytes", "\xE0\x9F\xBF"},
    {"overlong of four bytes", "\xF0\x8F\xBF\xBF"},
    {"first surrogate", "\xED\xA0\x80"},
    {"last surrogate", "\xED\xBF\xBF"},
    {"above the last code point", "\xF4\x90\x80\x80"},
    {"lead byte of five", "\xF8\x88\x80\x80\x80"},
    {"byte FF", "\xFF"},
    {"two bytes, cut", "a\xC3"},
    {"three bytes, cut", "\xE6\x97"},
    {"four bytes, cut", "\xF0\x9F\x8E"},
    {"second byte is a letter", "\xC3("},
    {"third byte is a letter", "\xE6\x97("},
    {"fourth byte is a letter", "\xF0\x9F\x8E("},
};

TEST(PrintableUtf8, TakesWellFormedText) {
  for (const TextCase& row : kPrintable) EXPECT_TRUE(is_printable_utf8(row.text)) << row.name;
}

TEST(PrintableUtf8, RefusesControlCharactersAndMalformedText) {
  for (const TextCase& row : kNotPrintable) EXPECT_FALSE(is_printable_utf8(row.text)) << row.name;
}

TEST(PrintableUtf8, RefusesAFaultBehindGoodText) {
  const std::string good(200, 'x');
  for (const TextCase& row : kNotPrintable) {
    EXPECT_FALSE(is_printable_utf8(good + row.text)) << row.name;
  }
}

TEST(ServiceName, HasOneToSixtyFourBytes) {
  EXPECT_FALSE(is_valid_service_name(""));
  EXPECT_TRUE(is_valid_service_name("x"));
  EXPECT_TRUE(is_valid_service_name(std::string(64, 'x')));
  EXPECT_FALSE(is_valid_service_name(std::string(65, 'x')));
}

TEST(ServiceName, IsCountedInBytesNotLetters) {
  std::string name;
  for (int i = 0; i < 32; ++i) name += "\xC3\xA9";
  EXPECT_TRUE(is_valid_service_name(name));
  EXPECT_FALSE(is_valid_service_name(name + "x"));
}

TEST(ServiceName, MustBePrintable) {
  for (const TextCase& row : kNotPrintable) {
    EXPECT_FALSE(is_valid_service_name(row.text)) << row.name;
  }
}

}  // namespace
}  // namespace ngcshare
