#include "protocol/session/offers_heard.h"

#include <algorithm>
#include <utility>

namespace ngcshare {

OffersHeard::Change OffersHeard::put(Offer offer, uint64_t digest) {
  const auto known = by_id_.find(offer.id);
  if (known != by_id_.end()) {
    if (known->second.offer.name != offer.name) return Change::kRenamed;
    known->second.digest = digest;  // tags that this version does not know may differ
    if (known->second.offer == offer) return Change::kNone;
    known->second = {std::move(offer), digest};
    return Change::kChanged;
  }
  const auto same_name = std::find_if(by_id_.begin(), by_id_.end(), [&](const auto& entry) {
    return entry.second.offer.name == offer.name;
  });
  const bool is_new = same_name == by_id_.end();
  if (!is_new) {
    if (replaced_.contains(offer.id)) return Change::kOutdated;
    replaced_.insert(same_name->first);
    by_id_.erase(same_name);
  } else if (by_id_.size() >= kMaxOffersHeard) {
    return Change::kRefused;
  }
  const MsgId id = offer.id;
  by_id_.emplace(id, Heard{std::move(offer), digest});
  return is_new ? Change::kNew : Change::kChanged;
}

std::optional<Offer> OffersHeard::remove(MsgId id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  Offer offer = std::move(found->second.offer);
  by_id_.erase(found);
  return offer;
}

std::vector<Offer> OffersHeard::clear() {
  std::vector<Offer> gone;
  for (auto& [id, heard] : by_id_) gone.push_back(std::move(heard.offer));
  by_id_.clear();
  return gone;
}

const Offer* OffersHeard::find(MsgId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second.offer;
}

uint64_t OffersHeard::digest() const {
  uint64_t sum = 0;
  for (const auto& [id, heard] : by_id_) sum += heard.digest;
  return sum;
}

std::vector<const Offer*> OffersHeard::all() const {
  std::vector<const Offer*> offers;
  for (const auto& [id, heard] : by_id_) offers.push_back(&heard.offer);
  return offers;
}

}  // namespace ngcshare
