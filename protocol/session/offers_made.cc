#include "protocol/session/offers_made.h"

#include <utility>

namespace ngcshare {

const Offer& OffersMade::put(ServiceKey service, Offer offer) {
  Frame frame;
  encode_packet(offer, frame);
  const uint64_t digest = offer_digest(frame.body());
  const auto [found, is_new] = by_service_.try_emplace(service);
  Made& slot = found->second;
  if (!is_new) {
    forget(slot);
    if (slot.offer.id != offer.id) retire(slot.offer.id);
  }
  slot = {service, std::move(offer), digest, false};
  note(slot);
  return slot.offer;
}

void OffersMade::forget(const Made& made) {
  by_id_.erase(made.offer.id);
  if (!made.declined) digest_ -= made.digest;
}

void OffersMade::note(const Made& made) {
  by_id_[made.offer.id] = made.service;
  if (!made.declined) digest_ += made.digest;
}

std::optional<MsgId> OffersMade::remove(ServiceKey service) {
  const auto found = by_service_.find(service);
  if (found == by_service_.end()) return std::nullopt;
  const MsgId id = found->second.offer.id;
  forget(found->second);
  by_service_.erase(found);
  retire(id);
  return id;
}

const OffersMade::Made* OffersMade::find(MsgId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : find_service(found->second);
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
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return;
  Made& made = by_service_.at(found->second);
  if (!std::exchange(made.declined, true)) digest_ -= made.digest;
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
