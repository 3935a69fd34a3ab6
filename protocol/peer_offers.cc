// PeerSession: offers in both directions.
#include <utility>

#include "protocol/peer_session.h"

namespace ngcshare {
namespace {

// How often offers are repeated to a peer that has shown that it answers, and to a stranger, which
// may be a chat client that has never heard of them.
constexpr int kRepeats = 6;
constexpr int kRepeatsToStranger = 2;

}  // namespace

void PeerSession::offer(ServiceKey service, const Offer& offer, std::optional<MsgId> preferred_id,
                        bool already_sent, TimePoint now) {
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
  close_mappings_of(*id, reason, now);
  kill(*id, reason, now);
}

void PeerSession::send_offers() {
  for (const auto& [service, made] : made_.all()) {
    if (made.declined) continue;
    outbox_.send(made.offer);
    if (presence_.says_hello()) outbox_.send_copy(made.offer);
  }
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
  if (result.replaced) killed_.insert(*result.replaced);
  if (result.change == OffersHeard::Change::kRefused) ++counters_.overflow;
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
