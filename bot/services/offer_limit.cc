#include "bot/services/offer_limit.h"

#include <algorithm>
#include <map>

#include "bot/base/words.h"
#include "bot/services/ports.h"

namespace ngcshare {
namespace {

using storage::ServiceRecord;

// Returns true if some group is offered both.
bool share_a_group(const ServiceRecord& left, const ServiceRecord& right) {
  return !left.chat_id || !right.chat_id || left.chat_id == right.chat_id;
}

}  // namespace

std::optional<std::string> exceeds_offers(const ServiceRecord& service,
                                          std::span<const ServiceRecord> others) {
  size_t everywhere = 0;
  std::map<storage::Key32, size_t> in_group;
  const ServiceRecord* largest = nullptr;
  size_t most = 0;
  for (const ServiceRecord& other : others) {
    if (other.name == service.name || !share_a_group(service, other)) continue;
    const size_t ports = ports_of(other).size();
    (other.chat_id ? in_group[*other.chat_id] : everywhere) += ports;
    if (ports <= most) continue;
    largest = &other;
    most = ports;
  }
  size_t standing = everywhere;
  for (const auto& [chat_id, ports] : in_group) standing = std::max(standing, everywhere + ports);
  const size_t wanted = ports_of(service).size();
  if (standing + wanted <= kMostPortsInGroup) return std::nullopt;
  // `largest` is not nullptr, because one service alone never exceeds the limit.
  return "a gateway can offer " + std::to_string(kMostPortsInGroup) + " ports to a group; " +
         std::to_string(standing) + " are in use and " + service.name + " needs " +
         std::to_string(wanted) + "; unshare another service first, for example: unshare " +
         quote_word(largest->name);
}

}  // namespace ngcshare
