// Numbers as people type them.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ngcshare {

// The whole text as a decimal number; nullopt when it is anything else or does not fit.
template <std::integral T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

// A port from 1 to 65535.
inline std::optional<uint16_t> parse_port(std::string_view text) {
  const auto port = parse_number<uint16_t>(text);
  return port && *port != 0 ? port : std::nullopt;
}

}  // namespace ngcshare
