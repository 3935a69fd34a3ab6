#include "protocol/offers_made.h"

#include <utility>

namespace ngcshare {

void OffersMade::put(ServiceKey service, Offer offer) {
  Frame frame;
  encode_packet(offer, frame);
  by_service_[service] = Made{service, std::move(offer), offer_digest(frame.body()), false};
}

std::optional<MsgId> OffersMade::remove(ServiceKey service) {
  const auto found = by_service_.find(service);
  if (found == by_service_.end()) return std::nullopt;
  const MsgId id = found->second.offer.id;
  by_service_.erase(found);
  return id;
}

const OffersMade::Made* OffersMade::find(MsgId id) const {
  for (const auto& [service, made] : by_service_) {
    if (made.offer.id == id) return &made;
  }
  return nullptr;
}

const OffersMade::Made* OffersMade::find_service(ServiceKey service) const {
  const auto found = by_service_.find(service);
  return found == by_service_.end() ? nullptr : &found->second;
}

void OffersMade::decline(MsgId id) {
  for (auto& [service, made] : by_service_) {
    if (made.offer.id == id) made.declined = true;
  }
}

uint64_t OffersMade::digest() const {
  uint64_t sum = 0;
  for (const auto& [service, made] : by_service_) {
    if (!made.declined) sum += made.digest;
  }
  return sum;
}

bool OffersMade::confirm(uint64_t heard_digest) {
  if (heard_digest != digest()) return false;
  retry_.stop();
  return true;
}

}  // namespace ngcshare
