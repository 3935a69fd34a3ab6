#include "protocol/session/offer_sender.h"

#include <algorithm>
#include <utility>

namespace ngcshare {
namespace {

// Repetitions of offers to a peer that has shown that it answers, and to a stranger, which may be a
// chat client that does not know them.
constexpr int kRepeats = 6;
constexpr int kRepeatsToStranger = 2;

// Returns whether the end of a mapping leaves its service wanted and allowed.
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

// Returns whether a Kill of an offer from which nothing runs is about an Accept that was lost,
// rather than about the offer.
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

void OfferSender::offer(ServiceKey service, const Offer& offer, std::optional<MsgId> preferred_id,
                        bool already_sent, TimePoint now) {
  const Offer& placed = place(service, offer, preferred_id);
  const bool public_one_fits = already_sent && preferred_id == placed.id;
  if (!public_one_fits) control_.send_lossless(placed);
  expect_confirmation(now);
}

const Offer& OfferSender::place(ServiceKey service, Offer offer,
                                std::optional<MsgId> preferred_id) {
  const OffersMade::Made* const standing = made_.find_service(service);
  if (standing != nullptr && !ids_.is_over(standing->offer.id)) {
    offer.id = standing->offer.id;
  } else {
    offer.id = preferred_id && ids_.is_free(*preferred_id) ? *preferred_id : ids_.draw();
  }
  return made_.put(service, with_own(std::move(offer)));
}

// Returns the offer with this side's extension around what it says of the service.
Offer OfferSender::with_own(Offer offer) const {
  Extension extension = own_;
  if (offer.extension) {
    extension.udp_port = offer.extension->udp_port;
    extension.state = offer.extension->state;
    extension.description = std::move(offer.extension->description);
  }
  offer.extension = std::move(extension);
  return offer;
}

void OfferSender::renew_after_mapping(MsgId used_id, KillReason reason, TimePoint now) {
  const OffersMade::Made* const used = made_.find(used_id);
  if (used == nullptr) return;
  if (offers_again_after(reason)) {
    renew(*used, now);
  } else {
    made_.decline(used_id);
  }
}

void OfferSender::renew_after_kill(MsgId used_id, KillReason reason, TimePoint now) {
  const OffersMade::Made* const used = made_.find(used_id);
  if (used == nullptr) return;
  if (is_about_a_lost_accept(reason) && renewal_budget_.take(now)) {
    renew(*used, now);
  } else {
    made_.decline(used_id);
  }
}

void OfferSender::renew(const OffersMade::Made& used, TimePoint now) {
  const Offer& renewed = place(used.service, Offer(used.offer), std::nullopt);
  control_.send_lossless(renewed);
  control_.send_copy(renewed);
  expect_confirmation(now);
}

void OfferSender::renew_all(TimePoint now) {
  for (const ServiceKey service : made_.declined()) {
    place(service, Offer(made_.find_service(service)->offer), std::nullopt);
  }
  for (const auto& [service, made] : made_.all()) {
    if (!made.declined) made_.put(service, with_own(made.offer));
  }
  repeat_all();
  expect_confirmation(now);
}

void OfferSender::repeat_all() {
  for (const auto& [service, made] : made_.all()) {
    if (made.declined) continue;
    // While packets wait for room these offers may be among them and need not wait there twice.
    if (!control_.is_waiting()) control_.send_lossless(made.offer);
    control_.send_copy(made.offer);
  }
}

void OfferSender::expect_confirmation(TimePoint now) {
  retry_.start(now, peer_.knows_extension() ? kRepeats : kRepeatsToStranger);
  resync_interval_ = kFirstResync;
  alarm_.ring_by(retry_.deadline());
}

void OfferSender::compare(uint64_t heard_digest, TimePoint now) {
  if (heard_digest == made_.digest()) {
    retry_.stop();
    resync_interval_ = kFirstResync;
    // Not at once: a peer can agree and disagree with every other Hello.
    if (next_resync_) next_resync_ = std::min(*next_resync_, now + kFirstResync);
    return;
  }
  if (!resync_due(now)) return;
  for (const MsgId id : made_.retired()) control_.send_kill({id, KillReason::kWithdrawn});
  repeat_all();
}

bool OfferSender::resync_due(TimePoint now) {
  if (retry_.active() || (next_resync_ && now < *next_resync_)) return false;
  next_resync_ = now + resync_interval_;
  resync_interval_ = std::min(resync_interval_ * 2, kLongestResync);
  return true;
}

void OfferSender::tick(TimePoint now) {
  if (retry_.due(now)) repeat_all();
}

}  // namespace ngcshare
