#include "bot/base/printable.h"

#include "protocol/base/text.h"

namespace ngcshare {

std::string printable(std::string_view text) {
  std::string clean(text);
  if (is_printable_utf8(text)) return clean;
  for (char& c : clean) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F) c = '?';
  }
  return clean;
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
