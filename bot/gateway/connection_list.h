// Lists the open connections through the gateway, with their owners and byte counts. A connection
// ends when the local program has its last byte, which can be after its mapping ended.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bot/base/descriptor_budget.h"
#include "bot/gateway/idle_flows.h"
#include "bot/services/ports.h"
#include "bot/tunnel/service_rates.h"
#include "protocol/base/clock.h"
#include "protocol/wire/packet.h"
#include "storage/values/person.h"

namespace ngcshare {

class ConnectionList {
 public:
  struct Entry {
    ServiceKey key = 0;  // of the service and its port
    storage::Person person;
    MsgId mapping = 0;  // id in the session with that person
    TransportSet transports;
    TimePoint since;
    std::shared_ptr<ServiceRates::ConnectionRates> rates;
    DescriptorBudget::Lease lease;
  };

  // Adds a connection and returns its number, which is not reused before 2^32 more were added.
  uint32_t add(Entry entry);
  void remove(uint32_t id);  // no effect if there is none

  const Entry* find(uint32_t id) const;                 // valid until the next add() or remove()
  std::vector<std::pair<uint32_t, Entry>> all() const;  // oldest first

  // Returns the udp flow of a person, to one service or (nullopt) to any, that has been idle
  // longest; nullopt if there is none.
  std::optional<uint32_t> longest_idle_flow(const storage::Person& person,
                                            std::optional<int64_t> service);

  size_t count(int64_t service) const;
  size_t count(int64_t service, const storage::Person& person) const;

 private:
  struct Count {
    size_t all = 0;
    std::map<storage::Person, size_t> by_person;
  };
  // A person, and a service or (nullopt) all of them.
  using FlowsOf = std::pair<storage::Person, std::optional<int64_t>>;

  void remove_flow(const FlowsOf& of, uint32_t id);

  std::map<uint32_t, Entry> entries_;
  std::map<int64_t, Count> counts_;
  std::map<FlowsOf, IdleFlows> flows_;
  uint32_t last_id_ = 0;
};

}  // namespace ngcshare
