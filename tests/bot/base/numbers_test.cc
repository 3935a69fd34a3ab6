#include "bot/base/numbers.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

struct PortCase {
  const char* name;
  std::string_view text;
  std::optional<uint16_t> port;
};

const PortCase kPortCases[] = {
    {"lowest", "1", 1},
    {"highest", "65535", 65535},
    {"leading zeros", "0080", 80},
    {"zero", "0", std::nullopt},
    {"one too many", "65536", std::nullopt},
    {"70000", "70000", std::nullopt},
    {"beyond 64 bits", "99999999999999999999999", std::nullopt},
    {"negative", "-1", std::nullopt},
    {"plus", "+80", std::nullopt},
    {"empty", "", std::nullopt},
    {"space before", " 80", std::nullopt},
    {"space behind", "80 ", std::nullopt},
    {"letters behind", "80a", std::nullopt},
    {"fraction", "80.0", std::nullopt},
    {"hexadecimal", "0x50", std::nullopt},
    {"name", "http", std::nullopt},
    {"NUL behind", std::string_view("80\0", 3), std::nullopt},
};

TEST(Port, IsADecimalNumberFromOneTo65535) {
  for (const PortCase& row : kPortCases) EXPECT_EQ(parse_port(row.text), row.port) << row.name;
}

TEST(Number, MustFitItsType) {
  EXPECT_EQ(parse_number<uint32_t>("4294967295"), 4294967295U);
  EXPECT_FALSE(parse_number<uint32_t>("4294967296"));
  EXPECT_EQ(parse_number<int>("-5"), -5);
  EXPECT_FALSE(parse_number<uint32_t>("-5"));
  EXPECT_FALSE(parse_number<int>(std::string_view()));
}

}  // namespace
}  // namespace ngcshare
