#include "protocol/session/offers_made.h"

#include <utility>

namespace ngcshare {

const Offer& OffersMade::put(ServiceKey service, Offer offer) {
  Frame frame;
  encode_packet(offer, frame);
  const uint64_t digest = offer_digest(frame.body());
  Made& slot = by_service_[service];
  if (slot.offer.id != 0 && slot.offer.id != offer.id) retire(slot.offer.id);
  slot = {service, std::move(offer), digest, false};
  return slot.offer;
}

std::optional<MsgId> OffersMade::remove(ServiceKey service) {
  const auto found = by_service_.find(service);
  if (found == by_service_.end()) return std::nullopt;
  const MsgId id = found->second.offer.id;
  by_service_.erase(found);
  retire(id);
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

std::optional<ServiceKey> OffersMade::find_name(const std::string& name) const {
  for (const auto& [service, made] : by_service_) {
    if (made.offer.name == name) return service;
  }
  return std::nullopt;
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

void OffersMade::retire(MsgId id) {
  retired_.push_back(id);
  if (retired_.size() > kMaxRetired) retired_.pop_front();
}

std::vector<ServiceKey> OffersMade::declined() const {
  std::vector<ServiceKey> services;
  for (const auto& [service, made] : by_service_) {
    if (made.declined) services.push_back(service);
  }
  return services;
}

}  // namespace ngcshare
