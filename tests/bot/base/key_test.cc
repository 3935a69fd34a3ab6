#include "bot/base/key.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

struct HexCase {
  const char* name;
  std::string_view text;
  std::optional<std::vector<uint8_t>> bytes;
};

const HexCase kHexCases[] = {
    {"empty", "", std::vector<uint8_t>{}},
    {"upper case", "00FFA9", std::vector<uint8_t>{0x00, 0xFF, 0xA9}},
    {"lower case", "abcdef", std::vector<uint8_t>{0xAB, 0xCD, 0xEF}},
    {"both cases", "aBcD", std::vector<uint8_t>{0xAB, 0xCD}},
    {"odd number of digits", "ABC", std::nullopt},
    {"before 0", "/0", std::nullopt},
    {"behind 9", "0:", std::nullopt},
    {"before A", "@0", std::nullopt},
    {"behind F", "0G", std::nullopt},
    {"before a", "`0", std::nullopt},
    {"behind f", "0g", std::nullopt},
    {"space", "AB CD", std::nullopt},
    {"prefix", "0xAB", std::nullopt},
    {"not ASCII", "\xC3\xA9", std::nullopt},
};

TEST(Hex, ReadsDigitsOfBothCasesAndNothingElse) {
  for (const HexCase& row : kHexCases) EXPECT_EQ(parse_hex(row.text), row.bytes) << row.name;
}

TEST(Hex, IsWrittenInUpperCase) {
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(to_hex(std::vector<uint8_t>{0x00, 0x1A, 0xFF}), "001AFF");
}

TEST(Key, HasSixtyFourDigits) {
  EXPECT_TRUE(parse_key(std::string(64, 'a')));
  for (const size_t digits : {0U, 62U, 63U, 65U, 66U, 76U}) {
    EXPECT_FALSE(parse_key(std::string(digits, 'a'))) << digits;
  }
  EXPECT_FALSE(parse_key(std::string(63, 'a') + "x"));
}

TEST(Key, IsTheSameAfterItWasWrittenAndRead) {
  Key key{};
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i * 8);
  EXPECT_EQ(parse_key(to_hex(key)), key);
  EXPECT_EQ(short_key(key), "00081018");
  EXPECT_EQ(trusted_digits(key), to_hex(key).substr(0, kTrustedDigits));
}

TEST(Hex, DigitsBeginAKeyInEitherCase) {
  Key key{};
  key[0] = 0xAB;
  key[1] = 0xC0;
  for (const char* digits : {"a", "AB", "abC", "ABC0", "abc00"}) {
    EXPECT_TRUE(has_prefix(key, digits)) << digits;
  }
  for (const char* digits : {"", "b", "ABD", "xy", "A ", "@AB"}) {
    EXPECT_FALSE(has_prefix(key, digits)) << digits;
  }
  EXPECT_TRUE(has_prefix(key, to_hex(key)));
  EXPECT_FALSE(has_prefix(key, to_hex(key) + "0"));
}

}  // namespace
}  // namespace ngcshare
