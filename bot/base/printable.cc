#include "bot/base/printable.h"

#include <array>
#include <cstdio>

#include "protocol/base/code_point.h"

namespace ngcshare {
namespace {

std::string number_of(char32_t code_point) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "<U+%04X>", static_cast<unsigned>(code_point));
  return text.data();
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const std::string_view before = text;
    const auto code_point = take_code_point(text);
    if (!code_point) text.remove_prefix(1);
    if (!code_point || is_control(*code_point)) {
      shown += '?';
    } else if (is_hidden(*code_point)) {
      shown += number_of(*code_point);
    } else {
      shown += before.substr(0, before.size() - text.size());
    }
  }
  return shown;
}

std::string printable_lines(std::string_view text) {
  std::string clean;
  while (true) {
    const size_t end = text.find('\n');
    clean += printable(text.substr(0, end));
    if (end == std::string_view::npos) return clean;
    clean += '\n';
    text.remove_prefix(end + 1);
  }
}

}  // namespace ngcshare
