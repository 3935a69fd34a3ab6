#include "protocol/base/text.h"

#include "protocol/base/code_point.h"

namespace ngcshare {
namespace {

bool is_printable(char32_t code_point) {
  if (is_control(code_point)) return false;
  if (code_point == 0x2028 || code_point == 0x2029) return false;
  if (code_point >= 0x202A && code_point <= 0x202E) return false;
  if (code_point >= 0x2066 && code_point <= 0x2069) return false;
  return true;
}

}  // namespace

bool is_printable_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto code_point = take_code_point(text);
    if (!code_point || !is_printable(*code_point)) return false;
  }
  return true;
}

bool is_visible_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto code_point = take_code_point(text);
    if (!code_point || is_hidden(*code_point)) return false;
  }
  return true;
}

bool is_valid_service_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxServiceNameBytes && is_printable_utf8(name);
}

}  // namespace ngcshare
