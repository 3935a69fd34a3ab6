// The data of one service.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "storage/values/key.h"

namespace ngcshare::storage {

// Target ports `first` to `last`, by tcp, udp or both.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  bool tcp = false;
  bool udp = false;

  friend bool operator==(const PortRange&, const PortRange&) = default;
};

inline constexpr std::size_t kMostServicePorts = 64;  // in all ranges together

// Returns true if there is at least one range, every range has ports above 0 and a transport, no
// two overlap in a transport, and there are at most kMostServicePorts ports.
bool are_valid_ports(std::span<const PortRange> ports);

// The people who may use a service if no rule decides.
enum class ServicePolicy : std::uint8_t {
  kMembers,  // every member of the group
  kList,     // nobody
};

// How the gateway finds out by itself whether the service's target answers.
enum class ServiceHealth : std::uint8_t {
  kTcp,  // connects to the first tcp port now and then
  kOff,  // not at all
};

// A limit that is nullopt does not exist. REQUIRES: every limit is above 0.
struct ServiceLimits {
  std::optional<std::uint32_t> connections_per_peer = std::nullopt;
  std::optional<std::uint32_t> connections_in_all = std::nullopt;
  std::optional<std::uint64_t> bytes_per_second_per_peer = std::nullopt;
  std::optional<std::uint64_t> bytes_per_second_in_all = std::nullopt;

  friend bool operator==(const ServiceLimits&, const ServiceLimits&) = default;
};

struct ServiceRecord {
  // Assigned by the store and never reused, even after the service is removed; 0 before that.
  std::int64_t id = 0;
  std::string name;
  std::string host;
  std::vector<PortRange> ports;
  std::optional<Key32> chat_id = std::nullopt;  // nullopt: offered in every group
  bool declared = false;                        // by a command-line flag or the environment
  std::string description = {};
  bool enabled = true;
  ServicePolicy policy = ServicePolicy::kMembers;
  bool observers = false;  // the group's observers count as members
  ServiceHealth health = ServiceHealth::kTcp;
  ServiceLimits limits = {};
  std::int64_t created_at = 0;                     // unix seconds
  std::optional<Key32> created_by = std::nullopt;  // group public key; nullopt: not from a group

  friend bool operator==(const ServiceRecord&, const ServiceRecord&) = default;
};

}  // namespace ngcshare::storage
