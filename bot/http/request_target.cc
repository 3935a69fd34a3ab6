#include "bot/http/request_target.h"

#include <algorithm>
#include <charconv>

#include "bot/base/ascii.h"
#include "protocol/base/text.h"

namespace ngcshare {
namespace {

constexpr std::string_view kScheme = "http://";
constexpr size_t kMaxAuthorityBytes = 255 + 6;  // a name, a colon and a port

bool has_scheme(std::string_view target) {
  return lowered(target.substr(0, kScheme.size())) == kScheme;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    unsigned value = 0;
    const char* const digits = text.data() + i + 1;
    const auto [stop, error] = std::from_chars(digits, digits + 2, value, 16);
    if (error != std::errc() || stop != digits + 2) return std::nullopt;
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

}  // namespace

bool is_http_authority(std::string_view text) {
  return !text.empty() && text.size() <= kMaxAuthorityBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter_or_digit(c) || std::string_view("-._~:[]").find(c) != std::string::npos;
         });
}

std::optional<HttpTarget> parse_http_target(std::string_view target) {
  HttpTarget parsed;
  if (has_scheme(target)) {
    target.remove_prefix(kScheme.size());
    const size_t end = std::min(target.find_first_of("/?"), target.size());
    parsed.authority = target.substr(0, end);
    if (!is_http_authority(parsed.authority)) return std::nullopt;
    target.remove_prefix(end);
  } else if (!target.starts_with('/')) {
    return std::nullopt;
  }
  if (target.find('#') != std::string_view::npos) return std::nullopt;
  const auto path = percent_decoded(target.substr(0, target.find('?')));
  if (!path || !is_printable_utf8(*path)) return std::nullopt;
  parsed.path = path->empty() ? "/" : *path;
  return parsed;
}

}  // namespace ngcshare
