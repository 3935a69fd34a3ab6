// Parses numbers as people type them.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ngcshare {

// Returns the whole text as a decimal number, or nullopt if it is anything else or does not fit T.
template <std::integral T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// Returns a port from 1 to 65535, or nullopt.
inline std::optional<uint16_t> parse_port(std::string_view text) {
  const auto port = parse_number<uint16_t>(text);
  return port && *port != 0 ? port : std::nullopt;
}

}  // namespace ngcshare
