#include "bot/gateway/offers.h"

#include <algorithm>
#include <string>
#include <utility>

#include "bot/services/records.h"
#include "protocol/base/text.h"
#include "storage/values/clipped.h"

namespace ngcshare {
namespace {

// Returns nullopt for a description that is not valid in an Offer.
std::optional<std::string> description_of(const storage::ServiceRecord& service) {
  if (service.description.empty() || !is_printable_utf8(service.description)) return std::nullopt;
  return std::string(storage::clipped(service.description, kMaxDescriptionBytes));
}

// A different name or transport makes it another Offer: connections made from the old one end.
bool is_same_offer(const Offer& standing, const Offer& wanted) {
  return standing.name == wanted.name && standing.transports == wanted.transports;
}

bool holds(Peer& peer, ServiceKey key, const Offer& wanted) {
  const Offer* const standing = peer.session->offered(key);
  return standing != nullptr && is_same_offer(*standing, wanted) &&
         standing->suggested_port == wanted.suggested_port &&
         standing->extension->state == wanted.extension->state &&
         standing->extension->description == wanted.extension->description;
}

}  // namespace

KillReason kill_reason(Decision decision) {
  const bool is_about_the_service =
      decision == Decision::kDisabled || decision == Decision::kOtherGroup;
  return is_about_the_service ? KillReason::kWithdrawn : KillReason::kDenied;
}

std::vector<ServiceOffers::Wanted> ServiceOffers::make_offers(const storage::ServiceRecord& service,
                                                              bool down) const {
  std::vector<Wanted> offers;
  for (ServicePort& port : ports_of(service)) {
    Offer offer;
    offer.transports = port.transports;
    offer.suggested_port = port.port;
    offer.name = std::move(port.offer_name);
    offer.extension = hub_.public_extension();
    if (down) offer.extension->state = ServiceState::kDown;
    if (offers.empty()) offer.extension->description = description_of(service);
    offers.push_back({service_key(service.id, port.port), std::move(offer)});
  }
  return offers;
}

void ServiceOffers::agree(const storage::ServiceRecord& service, bool down, int64_t now) {
  const auto offers = make_offers(service, down);
  if (!service.enabled || !is_public(service)) {
    for (const Wanted& wanted : offers) public_ids_.erase(wanted.key);
  }
  std::map<Key, Audience> groups;
  hub_.for_each_peer([&](Peer& peer) { groups[peer.chat_id].push_back(&peer); });
  for (const auto& [chat_id, peers] : groups) agree_in(chat_id, peers, service, offers, now);
}

void ServiceOffers::agree_in(const Key& chat_id, const Audience& peers,
                             const storage::ServiceRecord& service,
                             const std::vector<Wanted>& offers, int64_t now) {
  Audience allowed;
  for (Peer* const peer : peers) {
    const Decision decision = access_.decide(service, peer->person(), peer->role, now);
    if (decision == Decision::kAllowed) {
      allowed.push_back(peer);
    } else {
      take_back(*peer, offers, kill_reason(decision));
    }
  }
  const bool for_all = is_public(service) && allowed.size() == peers.size();
  for (const Wanted& wanted : offers) {
    Audience lacking;
    std::copy_if(allowed.begin(), allowed.end(), std::back_inserter(lacking),
                 [&](Peer* peer) { return !holds(*peer, wanted.key, wanted.offer); });
    if (for_all && lacking.size() == peers.size() && may_be_public(chat_id, lacking, wanted)) {
      offer_publicly(chat_id, peers, wanted);
    } else {
      for (Peer* const peer : lacking) offer_privately(*peer, wanted);
    }
  }
}

void ServiceOffers::agree_with(Peer& peer, const storage::ServiceRecord& service, bool down,
                               int64_t now) {
  const Decision decision = access_.decide(service, peer.person(), peer.role, now);
  const auto offers = make_offers(service, down);
  if (decision != Decision::kAllowed) {
    take_back(peer, offers, kill_reason(decision));
    return;
  }
  for (const Wanted& wanted : offers) offer_privately(peer, wanted);
}

// Withdraws the standing Offer if `wanted` is another one. Returns whether it did: its id cannot be
// used again.
bool ServiceOffers::replace(Peer& peer, const Wanted& wanted) {
  const Offer* const standing = peer.session->offered(wanted.key);
  if (standing == nullptr || is_same_offer(*standing, wanted.offer)) return false;
  peer.session->withdraw(wanted.key, KillReason::kWithdrawn, hub_.now());
  return true;
}

// Returns whether nobody holds this service under another id than that of a public Offer, which
// would take the place of the one that stands there.
bool ServiceOffers::may_be_public(const Key& chat_id, const Audience& peers,
                                  const Wanted& wanted) const {
  const std::optional<MsgId> id = public_id(wanted.key, chat_id);
  return !peers.empty() && std::all_of(peers.begin(), peers.end(), [&](const Peer* peer) {
    const Offer* const standing = peer->session->offered(wanted.key);
    return standing == nullptr || !is_same_offer(*standing, wanted.offer) || standing->id == id;
  });
}

std::optional<MsgId> ServiceOffers::public_id(ServiceKey key, const Key& chat_id) const {
  const auto ids = public_ids_.find(key);
  if (ids == public_ids_.end()) return std::nullopt;
  const auto in_group = ids->second.find(chat_id);
  return in_group == ids->second.end() ? std::nullopt : std::optional(in_group->second);
}

// Peers that do not confirm it soon get it privately from their sessions.
void ServiceOffers::offer_publicly(const Key& chat_id, const Audience& peers, Wanted wanted) {
  bool anew = false;
  for (Peer* const peer : peers) anew = replace(*peer, wanted) || anew;
  auto [id, added] = public_ids_[wanted.key].try_emplace(chat_id, 0);
  if (added || anew) id->second = hub_.draw_offer_id();
  wanted.offer.id = id->second;
  const bool sent = hub_.send_public(chat_id, wanted.offer) == SendResult::kSent;
  for (Peer* const peer : peers) {
    peer->session->offer(wanted.key, wanted.offer, wanted.offer.id, sent, hub_.now());
    hub_.rearm(*peer->session);
  }
}

// Uses the id of the public Offer, if there was one, so that a public Kill ends it for all.
void ServiceOffers::offer_privately(Peer& peer, const Wanted& wanted) {
  replace(peer, wanted);
  peer.session->offer(wanted.key, wanted.offer, public_id(wanted.key, peer.chat_id), false,
                      hub_.now());
  hub_.rearm(*peer.session);
}

void ServiceOffers::take_back(Peer& peer, const std::vector<Wanted>& offers, KillReason reason) {
  for (const Wanted& wanted : offers) {
    if (peer.session->offered(wanted.key) == nullptr) continue;
    peer.session->withdraw(wanted.key, reason, hub_.now());
    hub_.rearm(*peer.session);
  }
}

void ServiceOffers::withdraw(ServiceKey key, KillReason reason) {
  if (const auto ids = public_ids_.extract(key)) {
    for (const auto& [chat_id, id] : ids.mapped()) {
      hub_.send_public(chat_id, Kill{id, reason});
    }
  }
  hub_.for_each_peer([&](Peer& peer) {
    peer.session->withdraw(key, reason, hub_.now());
    hub_.rearm(*peer.session);
  });
}

}  // namespace ngcshare
