#include "bot/services/service_name.h"

#include "bot/base/key.h"
#include "bot/base/printable.h"
#include "protocol/base/text.h"

namespace ngcshare {

std::optional<std::string> problem_with_name(std::string_view name) {
  if (!is_valid_service_name(name) || name.find_first_of("=:") != std::string_view::npos) {
    return "a name is 1 to 64 bytes of text without '=', ':' or control characters, for example "
           "minecraft";
  }
  const std::string shown = "\"" + printable(name) + "\"";
  if (!is_visible_utf8(name)) {
    return "the name " + shown +
           " has a character that cannot be seen or is no plain space; type it without, for "
           "example minecraft";
  }
  if (name.front() == ' ' || name.back() == ' ' || name.find("  ") != std::string_view::npos) {
    return "the name " + shown +
           " has a space at an end or two in a row, which cannot be seen; type it without, for "
           "example \"our server\"";
  }
  if (!digits_behind_at(name).empty()) {
    return "the name " + shown +
           " ends like a key, because members choose a gateway with SERVICE@KEY; type it without "
           "@, for example minecraft";
  }
  return std::nullopt;
}

std::string_view digits_behind_at(std::string_view text) {
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos) return "";
  const std::string_view digits = text.substr(at + 1);
  const bool is_hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return is_hex && digits.size() <= 2 * Key{}.size() ? digits : "";
}

}  // namespace ngcshare
