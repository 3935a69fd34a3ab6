// Maps the ports of a service to Offers (SPEC.md §6.5). An Offer has one port, so each port gets
// its own: the first is named like the service, the others NAME:PORT.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/wire/msg_id.h"
#include "protocol/wire/packet.h"
#include "storage/values/service_record.h"

namespace ngcshare {

// One port of a service, with both transports if a tcp and a udp range contain it.
struct ServicePort {
  uint16_t port = 0;
  TransportSet transports;
  std::string offer_name;
};

// Returns the ports in the order in which they were given.
std::vector<ServicePort> ports_of(const storage::ServiceRecord& record);

// Returns the first port with tcp, or nullopt if the service has none.
std::optional<uint16_t> first_tcp_port(const storage::ServiceRecord& record);

// Returns the PORT of an Offer named NAME:PORT, or 0 if the name has no such suffix.
uint16_t port_in_offer_name(std::string_view offer_name);
// Returns the service's name, given the name of any of its Offers.
std::string_view service_in_offer_name(std::string_view offer_name);

// Returns true if the names of all Offers of such a service would be valid. REQUIRES: valid ports.
bool is_name_for(std::string_view name, std::span<const storage::PortRange> ports);

// Returns a port's key, which stays the same when other things in the service change. REQUIRES: an
// id below 2^47.
constexpr ServiceKey service_key(int64_t service_id, uint16_t port) {
  return static_cast<ServiceKey>(service_id) << 16U | port;
}
constexpr int64_t service_of(ServiceKey key) { return static_cast<int64_t>(key >> 16U); }
constexpr uint16_t port_of(ServiceKey key) { return static_cast<uint16_t>(key & 0xFFFFU); }

}  // namespace ngcshare
