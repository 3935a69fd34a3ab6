#include "bot/base/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>

#include "bot/base/numbers.h"

namespace ngcshare {
namespace {

constexpr double kMostRate = 1e12;
constexpr int64_t kMostSeconds = int64_t{10} * 365 * 86400;

struct TimeUnit {
  std::string_view letter;
  std::string_view short_word;
  std::string_view word;  // of one; of many with an s
  int64_t seconds;
};

constexpr std::array<TimeUnit, 5> kTimeUnits{{{"s", "sec", "second", 1},
                                              {"m", "min", "minute", 60},
                                              {"h", "hr", "hour", 3600},
                                              {"d", "d", "day", 86400},
                                              {"w", "wk", "week", int64_t{7} * 86400}}};

bool is_named(const TimeUnit& unit, std::string_view name) {
  if (name == unit.letter || name == unit.short_word || name == unit.word) return true;
  return name.ends_with('s') && name.substr(0, name.size() - 1) == unit.word;
}

}  // namespace

std::optional<uint64_t> parse_rate(std::string_view text) {
  if (text.ends_with("B/s")) text.remove_suffix(3);
  double factor = 1;
  if (!text.empty()) {
    const char unit = text.back();
    factor = unit == 'K' || unit == 'k' ? 1e3 : unit == 'M' ? 1e6 : unit == 'G' ? 1e9 : 1;
    if (factor > 1) text.remove_suffix(1);
  }
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc() || stop != end || !(value * factor >= 1) || value * factor > kMostRate) {
    return std::nullopt;
  }
  return static_cast<uint64_t>(std::llround(value * factor));
}

std::string format_bytes(uint64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {  // %.3g would print 1e+03
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g %s", value, kUnits[unit]);
  return text.data();
}

std::string format_rate(uint64_t bytes_per_second) { return format_bytes(bytes_per_second) + "/s"; }

std::optional<int64_t> parse_seconds(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number<int64_t>(text.substr(0, digits));
  for (const TimeUnit& unit : kTimeUnits) {
    if (!is_named(unit, text.substr(digits))) continue;
    if (!number || *number < 1 || *number > kMostSeconds / unit.seconds) return std::nullopt;
    return *number * unit.seconds;
  }
  return std::nullopt;
}

std::string format_seconds(int64_t seconds) {
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string(seconds / 60) + " min";
  if (seconds < 172800) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " d";
}

std::string format_time(int64_t seconds) {
  const std::time_t time = seconds;
  std::tm fields{};
  std::array<char, 32> text{};
  if (::gmtime_r(&time, &fields) == nullptr) return std::to_string(seconds);
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &fields);
  return text.data();
}

double to_milliseconds(Duration time) { return static_cast<double>(time.count()) / 1000; }

std::string format_milliseconds(Duration time) {
  const double value = to_milliseconds(time);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(),
                value < 1    ? "%.2f ms"
                : value < 10 ? "%.1f ms"
                             : "%.0f ms",
                value);
  return text.data();
}

std::string counted(uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace ngcshare
