// Some udp flows in the order of their last use: finds the one that has been idle longest without
// asking them all.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "bot/tunnel/service_rates.h"
#include "protocol/base/clock.h"

namespace ngcshare {

class IdleFlows {
 public:
  using Rates = std::shared_ptr<const ServiceRates::ConnectionRates>;

  void add(uint32_t id, Rates rates) {
    const TimePoint used = rates->last_used();
    order_.emplace(used, id);
    flows_.emplace(id, Flow{std::move(rates), used});
  }
  // Has no effect if there is none.
  void remove(uint32_t id) {
    const auto found = flows_.find(id);
    if (found == flows_.end()) return;
    order_.erase({found->second.noted, id});
    flows_.erase(found);
  }
  bool empty() const { return flows_.empty(); }

  // Returns nullopt if there is none. A flow that was used since it took its place gets a new one,
  // so a call costs at most as much as the packets since the last one.
  std::optional<uint32_t> longest_idle() {
    while (!order_.empty()) {
      const auto [noted, id] = *order_.begin();
      Flow& flow = flows_.at(id);
      const TimePoint used = flow.rates->last_used();
      if (used == noted) return id;
      order_.erase(order_.begin());
      order_.emplace(used, id);
      flow.noted = used;
    }
    return std::nullopt;
  }

 private:
  struct Flow {
    Rates rates;
    TimePoint noted;  // its place in the order: not later than its last use
  };
  std::unordered_map<uint32_t, Flow> flows_;
  std::set<std::pair<TimePoint, uint32_t>> order_;
};

}  // namespace ngcshare
