#include "bot/base/port_set.h"

#include <cstddef>

#include "bot/base/numbers.h"

namespace ngcshare {

bool PortSet::add(std::string_view text) {
  std::bitset<65536> added;
  for (bool more = true; more;) {
    const size_t comma = text.find(',');
    const std::string_view range = text.substr(0, comma);
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
    const size_t dash = range.find('-');
    const auto first = parse_port(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_port(range.substr(dash + 1));
    if (!first || !last || *last < *first) return false;
    for (size_t port = *first; port <= *last; ++port) added.set(port);
  }
  ports_ |= added;
  return true;
}

bool PortSet::contains(uint16_t first, uint16_t last) const {
  for (size_t port = first; port <= last; ++port) {
    if (!ports_.test(port)) return false;
  }
  return true;
}

}  // namespace ngcshare
