#include "tests/bench/netlab/settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace netlab {
namespace {

using Unit = std::pair<std::string_view, double>;
constexpr std::array kTimes{Unit{"ns", 1}, Unit{"us", 1e3}, Unit{"ms", 1e6}, Unit{"s", 1e9}};
constexpr std::array kRates{Unit{"", 1}, Unit{"kbit", 1e3}, Unit{"mbit", 1e6}, Unit{"gbit", 1e9}};
constexpr std::array kSizes{Unit{"", 1}, Unit{"kb", 1e3}, Unit{"mb", 1e6}};
constexpr std::array kShares{Unit{"", 1}, Unit{"%", 0.01}};
constexpr std::array kNumbers{Unit{"", 1}};
constexpr double kLargest = 1e15;  // 11 days in ns, or a petabit: anything above is a mistake

// Parses a non-negative number with a unit and returns their product.
template <size_t count>
std::optional<double> number(std::string_view text, const std::array<Unit, count>& units) {
  double value = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || std::signbit(value)) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<size_t>(rest - text.data()));
  for (const auto& [name, factor] : units) {
    if (unit == name && value * factor <= kLargest) return value * factor;
  }
  return std::nullopt;
}

bool set(std::string_view text, Duration& into) {
  if (text == "0") text = "0s";
  const auto value = number(text, kTimes);
  if (value) into = Duration(std::llround(*value));
  return value.has_value();
}

bool set_share(std::string_view text, double& into) {
  const auto value = number(text, kShares);
  if (!value || *value > 1) return false;
  into = *value;
  return true;
}

template <size_t count, class Integer>
bool set_whole(std::string_view text, const std::array<Unit, count>& units, Integer& into) {
  const auto value = number(text, units);
  if (value) into = static_cast<Integer>(std::llround(*value));
  return value.has_value();
}

bool set_queue(std::string_view text, Settings& settings) {
  if (set(text, settings.queue_time)) {
    settings.queue_bytes = 0;
    return true;
  }
  return set_whole(text, kSizes, settings.queue_bytes) && settings.queue_bytes > 0;
}

bool set_order(std::string_view text, Settings& settings) {
  settings.jitter_reorders = text == "free";
  return text == "free" || text == "keep";
}

bool set_blackout(std::string_view text, TimePoint now, Settings& settings) {
  settings.blackout_from = settings.blackout_to = now;
  if (text == "off") return true;
  if (text == "on") {
    settings.blackout_to = TimePoint::max();
    return true;
  }
  const size_t dash = text.find('-');
  Duration from{0};
  Duration to{0};
  if (dash != std::string_view::npos && !set(text.substr(0, dash), from)) return false;
  if (!set(text.substr(dash == std::string_view::npos ? 0 : dash + 1), to)) return false;
  settings.blackout_from = now + from;
  settings.blackout_to = now + to;
  return from < to;
}

bool set_loss(std::string_view key, std::string_view value, Settings& settings) {
  if (key == "loss") return set_share(value, settings.loss);
  if (key == "burst_loss") return set_share(value, settings.burst_loss);
  if (key == "burst_density") return set_share(value, settings.burst_density);
  if (key == "duplicate") return set_share(value, settings.duplicate);
  if (key == "reorder") return set_share(value, settings.reorder);
  if (key != "burst_length") return false;
  const auto length = number(value, kNumbers);
  settings.burst_length = length.value_or(0);
  return settings.burst_length >= 1;
}

bool set_one(std::string_view key, std::string_view value, TimePoint now, Settings& settings) {
  if (key == "delay") return set(value, settings.delay);
  if (key == "jitter") return set(value, settings.jitter);
  if (key == "jitter_order") return set_order(value, settings);
  if (key == "reorder_by") return set(value, settings.reorder_by);
  if (key == "rate") return set_whole(value, kRates, settings.rate);
  if (key == "queue") return set_queue(value, settings);
  if (key == "mtu") return set_whole(value, kNumbers, settings.mtu);
  if (key == "blackout") return set_blackout(value, now, settings);
  return set_loss(key, value, settings);
}

// Returns true if good spells are at least one packet long.
bool bursts_are_possible(const Settings& settings) {
  const double share = settings.burst_loss / settings.burst_density;
  return settings.burst_loss <= 0 || (share < 1 && share / (1 - share) <= settings.burst_length);
}

}  // namespace

uint64_t Settings::queue_limit() const {
  if (queue_bytes > 0) return queue_bytes;
  const double seconds = std::chrono::duration<double>(queue_time).count();
  return static_cast<uint64_t>(static_cast<double>(rate) / 8 * seconds);
}

std::optional<std::string> apply(std::string_view words, TimePoint now, Settings& settings) {
  Settings changed = settings;
  while (true) {
    words.remove_prefix(std::min(words.find_first_not_of(" \t"), words.size()));
    if (words.empty()) break;
    const std::string_view word = words.substr(0, words.find_first_of(" \t"));
    words.remove_prefix(word.size());
    const size_t equals = word.find('=');
    if (equals == std::string_view::npos ||
        !set_one(word.substr(0, equals), word.substr(equals + 1), now, changed)) {
      return "not a setting: " + std::string(word);
    }
  }
  if (!bursts_are_possible(changed)) {
    return "burst_loss is too large for this burst_length and burst_density";
  }
  settings = changed;
  return std::nullopt;
}

}  // namespace netlab
