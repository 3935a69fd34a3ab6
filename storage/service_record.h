// One service as it is stored and handed around.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/key.h"

namespace ngcshare::storage {

// Ports of the target, first to last, by tcp, udp or both.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  bool tcp = false;
  bool udp = false;

  friend bool operator==(const PortRange&, const PortRange&) = default;
};

inline constexpr std::size_t kMostServicePorts = 64;  // of all ranges together

// One range or more, each with ports from 1 upwards and a transport; none of them names what
// another one does; not more than kMostServicePorts.
bool are_valid_ports(std::span<const PortRange> ports);

// Whom a service lets in, where no rule says otherwise.
enum class ServicePolicy : std::uint8_t {
  kMembers,  // every member of the group
  kList,     // nobody
};

// nullopt: no limit. REQUIRES: otherwise above 0.
struct ServiceLimits {
  std::optional<std::uint32_t> connections_per_peer = std::nullopt;
  std::optional<std::uint32_t> connections_in_all = std::nullopt;
  std::optional<std::uint64_t> bytes_per_second_per_peer = std::nullopt;
  std::optional<std::uint64_t> bytes_per_second_in_all = std::nullopt;

  friend bool operator==(const ServiceLimits&, const ServiceLimits&) = default;
};

struct ServiceRecord {
  // Given by the store and never to another service, not even when this one is gone; 0: not stored.
  std::int64_t id = 0;
  std::string name;
  std::string host;
  std::vector<PortRange> ports;
  std::optional<Key32> chat_id = std::nullopt;  // nullopt: offered in every group
  bool declared = false;                        // came from a command-line flag or the environment
  std::string description = {};
  bool enabled = true;
  ServicePolicy policy = ServicePolicy::kMembers;
  bool observers = false;  // whether the group's observers count as members
  ServiceLimits limits = {};
  std::int64_t created_at = 0;                     // unix seconds
  std::optional<Key32> created_by = std::nullopt;  // group public key; nullopt: nobody in a group

  friend bool operator==(const ServiceRecord&, const ServiceRecord&) = default;
};

}  // namespace ngcshare::storage
