#include "bot/base/units.h"

#include <gtest/gtest.h>

namespace ngcshare {
namespace {

struct RateCase {
  std::string_view text;
  std::optional<uint64_t> rate;
};

const RateCase kRates[] = {
    {"1", 1},
    {"500000", 500'000},
    {"500K", 500'000},
    {"500k", 500'000},
    {"2.5M", 2'500'000},
    {"2MB/s", 2'000'000},
    {"1G", 1'000'000'000},
    {"1000G", 1'000'000'000'000},
    {"", std::nullopt},
    {"0", std::nullopt},
    {"-1", std::nullopt},
    {"1001G", std::nullopt},
    {"M", std::nullopt},
    {"B/s", std::nullopt},
    {"2 M", std::nullopt},
    {"2T", std::nullopt},
    {"2MM", std::nullopt},
    {"1e3", std::nullopt},
    {"nan", std::nullopt},
    {"inf", std::nullopt},
    {"0x10", std::nullopt},
    {"none", std::nullopt},
};

TEST(Quantities, RatesAsTyped) {
  for (const RateCase& row : kRates) EXPECT_EQ(parse_rate(row.text), row.rate) << row.text;
}

TEST(Quantities, RatesAndBytesAsRead) {
  EXPECT_EQ(format_rate(2'500'000), "2.5 MB/s");
  EXPECT_EQ(format_rate(999), "999 B/s");
  EXPECT_EQ(format_bytes(0), "0 B");
  EXPECT_EQ(format_bytes(1'000'000'000'000'000), "1e+03 TB");
}

struct TimeCase {
  std::string_view text;
  std::optional<int64_t> seconds;
};

const TimeCase kTimes[] = {
    {"90s", 90},
    {"30m", 1800},
    {"2h", 7200},
    {"7d", 604'800},
    {"3650d", 315'360'000},
    {"3651d", std::nullopt},
    {"0s", std::nullopt},
    {"s", std::nullopt},
    {"", std::nullopt},
    {"7", std::nullopt},
    {"-7d", std::nullopt},
    {"7w", 4'233'600},
    {"10min", 600},
    {"10minutes", 600},
    {"1hour", 3600},
    {"3days", 259'200},
    {"10mins", std::nullopt},
    {"10ms", std::nullopt},
    {"minutes", std::nullopt},
    {"10 minutes", std::nullopt},
    {"1.5h", std::nullopt},
    {"99999999999999999999d", std::nullopt},
};

TEST(Quantities, TimesAsTyped) {
  for (const TimeCase& row : kTimes) EXPECT_EQ(parse_seconds(row.text), row.seconds) << row.text;
}

TEST(Quantities, TimesAsRead) {
  EXPECT_EQ(format_seconds(119), "119 s");
  EXPECT_EQ(format_seconds(1800), "30 min");
  EXPECT_EQ(format_seconds(7200), "2 h");
  EXPECT_EQ(format_seconds(604'800), "7 d");
}

}  // namespace
}  // namespace ngcshare
