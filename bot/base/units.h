// Parses and formats rates, sizes and times as people type and read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/clock.h"

namespace ngcshare {

// Returns bytes per second: a number from 1, optionally with K, M or G (thousands) and then "B/s":
// 500000, 500K, 2.5M, 2MB/s. Returns nullopt for anything else and above 1 TB/s.
std::optional<uint64_t> parse_rate(std::string_view text);
// "2.5 MB/s"
std::string format_rate(uint64_t bytes_per_second);
// "2.5 MB"
std::string format_bytes(uint64_t bytes);

// Returns seconds: a number with a unit from seconds to weeks, such as 90s, 30m, 2h, 7d, 2w, 10min,
// 1hour, 3days. Returns nullopt for anything else, 0, and above ten years.
std::optional<int64_t> parse_seconds(std::string_view text);
// "90 s", "30 min", "2 h", "7 d": rounded down to the largest fitting unit.
std::string format_seconds(int64_t seconds);

// "2026-11-26 01:40 UTC", of unix seconds.
std::string format_time(int64_t seconds);

// A round-trip time in milliseconds.
double to_milliseconds(Duration time);
// "0.31 ms", "4.2 ms", "48 ms"
std::string format_milliseconds(Duration time);
// "1 group", "2 groups"
std::string counted(uint64_t count, std::string_view noun);

}  // namespace ngcshare
