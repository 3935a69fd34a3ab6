#include "bot/services/ports.h"

#include <algorithm>

#include "bot/base/numbers.h"
#include "protocol/base/text.h"

namespace ngcshare {

std::vector<ServicePort> ports_of(const storage::ServiceRecord& record) {
  std::vector<ServicePort> ports;
  for (const storage::PortRange& range : record.ports) {
    for (uint32_t port = range.first; port <= range.last; ++port) {
      auto known = std::find_if(ports.begin(), ports.end(),
                                [port](const ServicePort& other) { return other.port == port; });
      if (known == ports.end()) {
        std::string name = record.name + (ports.empty() ? "" : ":" + std::to_string(port));
        ports.push_back({static_cast<uint16_t>(port), {}, std::move(name)});
        known = ports.end() - 1;
      }
      known->transports.tcp = known->transports.tcp || range.tcp;
      known->transports.udp = known->transports.udp || range.udp;
    }
  }
  return ports;
}

std::optional<uint16_t> first_tcp_port(const storage::ServiceRecord& record) {
  const auto range = std::find_if(record.ports.begin(), record.ports.end(),
                                  [](const storage::PortRange& ports) { return ports.tcp; });
  return range == record.ports.end() ? std::nullopt : std::optional(range->first);
}

uint16_t port_in_offer_name(std::string_view offer_name) {
  const size_t colon = offer_name.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return 0;
  const std::string_view digits = offer_name.substr(colon + 1);
  return digits.starts_with('0') ? uint16_t{0} : parse_port(digits).value_or(0);
}

std::string_view service_in_offer_name(std::string_view offer_name) {
  return port_in_offer_name(offer_name) == 0 ? offer_name
                                             : offer_name.substr(0, offer_name.rfind(':'));
}

bool is_name_for(std::string_view name, std::span<const storage::PortRange> ports) {
  if (name.find_first_of("=:") != std::string_view::npos) return false;
  const storage::ServiceRecord record{
      .name = std::string(name), .host = {}, .ports = {ports.begin(), ports.end()}};
  const auto all = ports_of(record);
  return std::all_of(all.begin(), all.end(), [](const ServicePort& port) {
    return is_valid_service_name(port.offer_name);
  });
}

}  // namespace ngcshare
