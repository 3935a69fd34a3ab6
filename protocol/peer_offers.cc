// PeerSession: offers in both directions.
#include <utility>

#include "protocol/peer_session.h"

namespace ngcshare {
namespace {

// How often offers are repeated to a peer that has shown that it answers, and to a stranger, which
// may be a chat client that has never heard of them.
constexpr int kRepeats = 6;
constexpr int kRepeatsToStranger = 2;

// Whether the end of a mapping leaves its service wanted and allowed.
bool offers_again_after(KillReason reason) {
  switch (reason) {
    case KillReason::kDenied:
    case KillReason::kWithdrawn:
    case KillReason::kProtocol:
    case KillReason::kShutdown:
    case KillReason::kPeerLeft:
      return false;
    default:
      return true;
  }
}

// Whether a Kill of an offer from which nothing runs is about an Accept that was lost, rather than
// about the offer.
bool is_about_a_lost_accept(KillReason reason) {
  switch (reason) {
    case KillReason::kClosed:
    case KillReason::kReset:
    case KillReason::kTimeout:
    case KillReason::kIdle:
    case KillReason::kUnknown:
      return true;
    default:
      return false;
  }
}

}  // namespace

void PeerSession::offer(ServiceKey service, const Offer& offer, std::optional<MsgId> preferred_id,
                        bool already_sent, TimePoint now) {
  if (const auto other = made_.find_name(offer.name); other && *other != service) {
    withdraw(*other, KillReason::kWithdrawn, now);
  }
  place_offer(service, offer, preferred_id);
  const OffersMade::Made* const made = made_.find_service(service);
  const bool public_one_fits = already_sent && preferred_id == made->offer.id;
  if (!public_one_fits) outbox_.send(made->offer);
  expect_confirmation(now);
  update_presence(now);
}

void PeerSession::place_offer(ServiceKey service, Offer offer, std::optional<MsgId> preferred_id) {
  const OffersMade::Made* const standing = made_.find_service(service);
  if (standing != nullptr && !killed_.contains(standing->offer.id)) {
    offer.id = standing->offer.id;
  } else {
    offer.id = preferred_id && is_free(*preferred_id) ? *preferred_id : draw_free_id();
  }
  const auto udp_port = offer.extension ? offer.extension->udp_port : std::nullopt;
  const auto state = offer.extension ? offer.extension->state : std::nullopt;
  auto description = offer.extension ? offer.extension->description : std::nullopt;
  offer.extension = extension_of(config_);
  offer.extension->udp_port = udp_port;
  offer.extension->state = state;
  offer.extension->description = std::move(description);
  made_.put(service, std::move(offer));
}

void PeerSession::withdraw(ServiceKey service, KillReason reason, TimePoint now) {
  const auto id = made_.remove(service);
  if (!id) return;
  const bool is_mapping = mappings_.contains(*id);
  close_mappings_of(*id, reason, now);
  if (!is_mapping) kill(*id, reason, now);
}

const Offer* PeerSession::offered(ServiceKey service) const {
  const OffersMade::Made* const made = made_.find_service(service);
  return made == nullptr ? nullptr : &made->offer;
}

void PeerSession::send_offer(const Offer& offer) {
  // What waits for room already need not wait there twice.
  if (outbox_.empty()) outbox_.send(offer);
  if (presence_.says_hello()) outbox_.send_copy(offer);
}

void PeerSession::send_offers() {
  for (const auto& [service, made] : made_.all()) {
    if (!made.declined) send_offer(made.offer);
  }
}

// The peer holds something else than what is offered: it is told all that is and lately was.
void PeerSession::resync_offers(TimePoint now) {
  if (!made_.resync_due(now)) return;
  for (const MsgId id : made_.retired()) send_kill({id, KillReason::kWithdrawn});
  send_offers();
}

// An id has been used up. The service gets a new one, unless the peer does not want it or may not
// have it.
void PeerSession::offer_anew(MsgId used_id, UsedUp how, KillReason reason, TimePoint now) {
  const OffersMade::Made* const made = made_.find(used_id);
  if (made == nullptr) return;
  const bool again = how == UsedUp::kKilledByPeer
                         ? is_about_a_lost_accept(reason) && renewal_budget_.take(now)
                         : offers_again_after(reason);
  if (!again) {
    made_.decline(used_id);
    return;
  }
  const ServiceKey service = made->service;
  place_offer(service, Offer(made->offer), std::nullopt);
  const Offer& anew = made_.find_service(service)->offer;
  outbox_.send(anew);
  if (presence_.says_hello()) outbox_.send_copy(anew);
  expect_confirmation(now);
}

void PeerSession::expect_confirmation(TimePoint now) {
  made_.expect_confirmation(now, knows_extension_ ? kRepeats : kRepeatsToStranger);
  note_deadline(*made_.deadline());
}

Extension PeerSession::extension_of(const Config& config) {
  Extension extension;
  extension.capabilities = config.capabilities;
  extension.epoch = config.epoch;
  return extension;
}

void PeerSession::handle(const Offer& offer, Bytes body, TimePoint now) {
  if (!observe(offer.extension, now)) return;
  if (killed_.contains(offer.id)) {
    ++counters_.stale;
    return;
  }
  if (mappings_.contains(offer.id) && heard_.find(offer.id) == nullptr) {
    ++counters_.unknown;  // names something that runs already
    return;
  }
  const auto result = heard_.put(offer, offer_digest(body));
  if (result.change == OffersHeard::Change::kOutdated) ++counters_.stale;
  if (result.change == OffersHeard::Change::kRefused) {
    ++counters_.overflow;
    kill(offer.id, KillReason::kLimit, now);
  }
  if (result.change == OffersHeard::Change::kNew ||
      result.change == OffersHeard::Change::kChanged) {
    handler_.on_offer(*this, offer);
  }
  // Tell the offerer soon what has arrived, so that it stops repeating.
  presence_.hurry(now);
}

void PeerSession::end_heard_offer(MsgId id, KillReason reason, TimePoint now) {
  const auto offer = heard_.remove(id);
  if (!offer) return;
  killed_.insert(id);
  close_mappings_if([id](const Mapping& mapping) { return mapping.offer_id() == id; }, reason, now);
  handler_.on_offer_gone(*this, *offer, reason);
}

}  // namespace ngcshare
