#include "bot/member/port_keeper.h"

#include <utility>

#include "bot/services/ports.h"

namespace ngcshare {

PortBlock PortKeeper::block_for(const ServiceId& first, uint16_t suggested, Standing standing,
                                std::optional<uint16_t> asked, std::set<uint16_t> taken) {
  constexpr uint32_t kSearched = 200;
  PortBlock block;
  if (asked) {
    block.choices = {*asked};
    block.searches = false;
    block.taken = std::move(taken);
    return block;
  }
  block.lowest = lowest_port(standing);
  block.highest = kLastUnknownPort;
  const auto last = last_port(first);
  if (last && !avoided_.contains(*last) && !taken.contains(*last) &&
      (standing == Standing::kNamed || *last >= kFirstUnprivileged)) {
    block.choices.push_back(*last);
  }
  if (standing == Standing::kUnknown) {
    constexpr uint32_t kStarts = kLastUnknownPort - kFirstUnknownPort - kSearched;
    suggested = static_cast<uint16_t>(kFirstUnknownPort + entropy_.next_u32() % kStarts);
  }
  block.choices.push_back(suggested);
  const bool only_named = standing == Standing::kNamed;  // what all services use gives way
  block.taken = pins_.ports_of_others(first, only_named);
  block.taken.merge(taken);
  block.taken.insert(avoided_.begin(), avoided_.end());
  return block;
}

std::optional<uint16_t> PortKeeper::last_port(const ServiceId& service) const {
  if (const auto last = borrowed_.find(service); last != borrowed_.end()) return last->second;
  const storage::PinRecord* const pin = pins_.find(service.gateway.chat_id, service.name);
  const bool own = pin != nullptr && pin->gateway_key == service.gateway.key;
  return own ? pin->local_port : std::nullopt;
}

void PortKeeper::opened(const ServiceId& service, uint16_t port, bool named, bool is_owner) {
  if (is_owner) {
    pins_.open(service, port, named);
  } else if (service.name == service_in_offer_name(service.name)) {
    borrowed_[service] = port;
  }
}

}  // namespace ngcshare
