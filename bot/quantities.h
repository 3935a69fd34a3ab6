// Rates and times as people type and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ngcshare {

// Bytes per second: a number from 1 upwards with K, M or G (thousands) behind it or not, and "B/s"
// or not: 500000, 500K, 2.5M, 2MB/s. nullopt: none of these, or above 1 TB/s.
std::optional<uint64_t> parse_rate(std::string_view text);
// "2.5 MB/s"
std::string format_rate(uint64_t bytes_per_second);
// "2.5 MB"
std::string format_bytes(uint64_t bytes);

// Seconds: a number with s, m, h or d behind it, such as 90s, 30m, 2h, 7d. nullopt: none of these,
// 0, or above ten years.
std::optional<int64_t> parse_seconds(std::string_view text);
// "90 s", "30 min", "2 h", "7 d": rounded down to the largest unit that fits.
std::string format_seconds(int64_t seconds);

// "1 group", "2 groups"
std::string counted(uint64_t count, std::string_view noun);

}  // namespace ngcshare
