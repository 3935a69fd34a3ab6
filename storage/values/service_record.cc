#include "storage/values/service_record.h"

#include <algorithm>

namespace ngcshare::storage {
namespace {

bool overlap(const PortRange& one, const PortRange& other) {
  const bool same_transport = (one.tcp && other.tcp) || (one.udp && other.udp);
  return same_transport && one.first <= other.last && other.first <= one.last;
}

}  // namespace

bool are_valid_ports(std::span<const PortRange> ports) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const PortRange& range = ports[i];
    if (range.first == 0 || range.last < range.first || !(range.tcp || range.udp)) return false;
    count += std::size_t{range.last} - range.first + 1;
    if (count > kMostServicePorts) return false;
    const auto earlier = ports.first(i);
    if (std::any_of(earlier.begin(), earlier.end(),
                    [&](const PortRange& other) { return overlap(range, other); })) {
      return false;
    }
  }
  return count > 0;
}

}  // namespace ngcshare::storage
