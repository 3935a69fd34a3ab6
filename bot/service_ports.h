// How a service with many ports is offered (SPEC.md §6.5): an Offer has one port, so each port is
// one of its own. The first carries the service's name, the others NAME:PORT.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/msg_id.h"
#include "protocol/packet.h"
#include "storage/service_record.h"

namespace ngcshare {

// One port of a service; ranges of both transports that name it are one.
struct ServicePort {
  uint16_t port = 0;
  TransportSet transports;
  std::string offer_name;
};

// In the order in which they were named.
std::vector<ServicePort> ports_of(const storage::ServiceRecord& record);

// nullopt: the service has no tcp.
std::optional<uint16_t> first_tcp_port(const storage::ServiceRecord& record);

// What ends the name of an Offer of a port that is not the first; 0: the name has no such end.
uint16_t port_in_offer_name(std::string_view offer_name);
// The service's name in the name of any of its Offers.
std::string_view service_in_offer_name(std::string_view offer_name);

// Whether all Offers of a service have names that may be. REQUIRES: valid ports.
bool is_name_for(std::string_view name, std::span<const storage::PortRange> ports);

// A port keeps its key whatever else changes in the service. REQUIRES: an id below 2^47.
constexpr ServiceKey service_key(int64_t service_id, uint16_t port) {
  return static_cast<ServiceKey>(service_id) << 16U | port;
}
constexpr int64_t service_of(ServiceKey key) { return static_cast<int64_t>(key >> 16U); }
constexpr uint16_t port_of(ServiceKey key) { return static_cast<uint16_t>(key & 0xFFFFU); }

}  // namespace ngcshare
