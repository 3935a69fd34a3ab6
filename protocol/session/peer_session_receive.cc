// PeerSession: packets from the peer, whichever way they came.
#include <type_traits>

#include "protocol/base/overloaded.h"
#include "protocol/session/mapping_terms.h"
#include "protocol/session/peer_session.h"
#include "protocol/session/session_call.h"

namespace ngcshare {
namespace {

bool may_be_public(PacketId id, const Packet& packet) {
  // Not on the Accept id, where every packet but an Accept is a private addition.
  return id != PacketId::kAccept &&
         (std::holds_alternative<Offer>(packet) || std::holds_alternative<Kill>(packet));
}

bool is_datagram(const Packet& packet) {
  return std::holds_alternative<Datagram>(packet) || std::holds_alternative<Fragment>(packet);
}

}  // namespace

void PeerSession::receive(PacketId id, bool is_public, Bytes body, TimePoint now) {
  const SessionCall inside;
  if (!is_public && is_link_packet(id, body)) {
    receive_link(body, now);
    return;
  }
  // A base peer may choose an id that makes its udp Data look like a Kill, tcp Data or Window. So
  // the id of a udp mapping decides before the packet's form does.
  const auto datagram = id == PacketId::kData ? decode_datagram(body) : std::nullopt;
  Mapping* const udp = datagram ? mappings_.find(datagram->mapping_id) : nullptr;
  if (udp != nullptr && udp->transports().udp) {
    if (is_public) {
      ++counters_.public_dropped;
      return;
    }
    link_.on_datagram_received();
    udp->receive(*datagram, now);
  } else {
    const auto packet = decode_packet(id, body);
    if (!packet) {
      ++counters_.malformed;
      return;
    }
    if (is_public && !may_be_public(id, *packet)) {
      ++counters_.public_dropped;
      return;
    }
    if (is_datagram(*packet)) link_.on_datagram_received();
    receive_packet(*packet, body, id, Way::kChannel, now);
  }
  // Only now, because the packet may have shown that the peer's process, and so what it offers, is
  // a new one.
  note_heard(now);
}

void PeerSession::receive_packet(const Packet& packet, Bytes body, PacketId id, Way way,
                                 TimePoint now) {
  std::visit(Overloaded{
                 [&](const Offer& offer) {
                   receive_offer(offer, body.subspan(offer_body_offset(id)), now);
                 },
                 [&](const Accept& accept) { receive_accept(accept, way, now); },
                 [&](const Kill& kill) { receive_kill(kill, way, now); },
                 [&](const Hello& hello) { receive_hello(hello, now); },
                 [&](const Fragment& fragment) { receive_fragment(fragment, now); },
                 [&](const auto& for_mapping) { receive_for_mapping(for_mapping, now); },
             },
             packet);
}

// -- offers and Accepts ----------------------------------------------------------------------

void PeerSession::receive_offer(const Offer& offer, Bytes offer_body, TimePoint now) {
  if (!observe(offer.extension, now)) return;
  if (ids_.is_over(offer.id)) {
    ++counters_.stale;
    return;
  }
  if (mappings_.contains(offer.id) && heard_.find(offer.id) == nullptr) {
    ++counters_.unknown;  // names something that runs already
    return;
  }
  switch (heard_.put(offer, offer_digest(offer_body))) {
    case OffersHeard::Change::kNone:
      break;
    case OffersHeard::Change::kNew:
    case OffersHeard::Change::kChanged:
      note_event(SessionEvents::OfferHeard{offer});
      break;
    case OffersHeard::Change::kOutdated:
    case OffersHeard::Change::kRenamed:
      ++counters_.stale;
      break;
    case OffersHeard::Change::kRefused:
      ++counters_.overflow;
      if (control_.may_answer(now)) kill(offer.id, KillReason::kLimit, now);
      break;
  }
  // A Hello soon shows the offerer what has arrived, so that it stops repeating.
  peer_.presence().hurry(now);
}

void PeerSession::receive_accept(const Accept& accept, Way way, TimePoint now) {
  if (!observe(accept.extension, now)) return;
  const MsgId mapping_id = mapping_id_of(accept, peer_.shared_capabilities());
  if (has_own_id(accept, peer_.shared_capabilities()) && mapping_id == accept.offer_id) {
    ++counters_.refused;  // a mapping's own id must not be an offer's
    return;
  }
  if (Mapping* const mapping = mappings_.find(mapping_id)) {
    const bool same =
        mapping->role() == Mapping::Role::kOfferer && mapping->offer_id() == accept.offer_id;
    const bool answered = same && mapping->state() == Mapping::State::kOpen;
    if (answered && !control_.may_answer_accept(now)) {
      ++counters_.overflow;
    } else if (same) {
      mapping->receive_repeated_accept();
    }
    return;
  }
  const OffersMade::Made* const made = made_.find(accept.offer_id);
  if (made == nullptr || ids_.is_over(mapping_id) || ids_.is_over(accept.offer_id)) {
    if (way == Way::kLink && !link_.has_stream(mapping_id)) {
      refuse(mapping_id, KillReason::kUnknown, now);  // the link does not repeat an Accept
    } else {
      answer_unknown(mapping_id, now);
    }
    if (made == nullptr && mapping_id != accept.offer_id) answer_unknown(accept.offer_id, now);
    give_up_unopened(mapping_id);  // also if no answer was left for it
    return;
  }
  if (mapping_id != accept.offer_id && !ids_.is_free(mapping_id)) {
    ++counters_.refused;  // it would give one id two meanings
    return;
  }
  if (const auto reason = refusal(accept, made->offer)) {
    refuse(mapping_id, *reason, now);
    return;
  }
  open_accepted(accept, *made, mapping_id, now);
}

void PeerSession::refuse(MsgId mapping_id, KillReason reason, TimePoint now) {
  if (!control_.may_answer_accept(now)) {
    ++counters_.overflow;
    return;
  }
  ++counters_.refused;
  kill(mapping_id, reason, now);
  offers_.renew_after_mapping(mapping_id, reason, now);
}

std::optional<KillReason> PeerSession::refusal(const Accept& accept, const Offer& offer) {
  if (is_crowded()) {
    ++counters_.crowded;
    return KillReason::kLimit;
  }
  const auto transport = accept.extension ? accept.extension->transport : std::nullopt;
  if (transport && !offer.transports.contains(*transport)) return KillReason::kProtocol;
  return std::nullopt;
}

void PeerSession::open_accepted(const Accept& accept, const OffersMade::Made& made,
                                MsgId mapping_id, TimePoint now) {
  const auto identity = accepted_terms(accept, made.offer, mapping_id, usable_capabilities());
  if ((identity.capabilities & kCapLink) != 0) link_.note_peer_ready();
  const ServiceKey service = made.service;
  Mapping& mapping = mappings_.add(*this, identity);
  mapping.set_peer_knows_extension(accept.extension.has_value());
  accepts_.add({mapping_id, service});
  decide_accepts(now);
  if (accepts_.size() != 0) ++counters_.delayed;  // the newest is the last
}

void PeerSession::decide_accepts(TimePoint now) {
  while (const auto next = accepts_.take(now)) {
    Mapping& mapping = *mappings_.find(next->mapping);
    if (const auto reason = handler_.on_accept(*this, mapping, next->service)) {
      ++counters_.refused;
      mapping.close(*reason, now);
    }
  }
  alarm_.ring_by(accepts_.deadline(now));
}

// -- Kill and Hello --------------------------------------------------------------------------

void PeerSession::receive_kill(const Kill& kill, Way way, TimePoint now) {
  if (kill.reason == KillReason::kAck) {
    control_.note_kill_acknowledged(kill.id);
    return;
  }
  Mapping* const mapping = mappings_.find(kill.id);
  const bool too_early =
      kill.reason == KillReason::kUnknown && mapping != nullptr && mapping->ends_by_itself();
  if (too_early) return;
  const bool is_news = ids_.end(kill.id);
  if (mapping == nullptr) {
    link_.end_stream(kill.id, false);  // of a mapping that ended here with bytes still to arrive
    if (is_news) link_.give_up_unopened(kill.id);
  }
  if (way != Way::kLink) control_.acknowledge_kill(kill.id, now);
  if (mapping != nullptr) {
    mapping->closed_by_peer(kill.reason, now);
  } else {
    offers_.renew_after_kill(kill.id, kill.reason, now);
  }
  end_heard_offer(kill.id, kill.reason, now);
}

void PeerSession::receive_hello(const Hello& hello, TimePoint now) {
  if (!observe_epoch(hello.epoch, hello.capabilities, now)) {
    const uint32_t replaced = peer_.epoch().value_or(0);
    if (!peer_.revives(hello, now)) return;
    draw_own_epoch();
    welcome_new_process(replaced, now);
    peer_.learn(hello.capabilities);
  }
  peer_.note_hello(hello.peer_epoch);
  agree_on_link();
  const bool knows_us = hello.peer_epoch == config_.epoch;
  if (knows_us) link_.note_peer_ready();
  offers_.compare(hello.heard_digest, now);
  const uint64_t open = mappings_.open_digest();
  mappings_.compare_open(open, hello.open_digest, now);
  alarm_.ring_by(mappings_.deadline(now));
  const bool out_of_step =
      !knows_us || hello.offered_digest != heard_.digest() || hello.open_digest != open;
  if ((hello.answer_wanted || out_of_step) && peer_.presence().may_answer(now)) send_hello(false);
}

// -- packets for mappings --------------------------------------------------------------------

template <typename P>
void PeerSession::receive_for_mapping(const P& packet, TimePoint now) {
  if (Mapping* const mapping = mappings_.find(packet.mapping_id)) {
    mapping->receive(packet, now);
  } else if constexpr (!std::is_same_v<P, Window>) {
    // A late Window for a mapping that has just ended cleanly needs no answer.
    answer_unknown(packet.mapping_id, now);
  }
}

void PeerSession::receive_fragment(const Fragment& fragment, TimePoint now) {
  Mapping* const mapping = mappings_.find(fragment.mapping_id);
  if (mapping == nullptr) {
    answer_unknown(fragment.mapping_id, now);
    return;
  }
  const auto whole = assembler_.add(fragment);
  if (whole) mapping->receive(Datagram{fragment.mapping_id, *whole}, now);
}

void PeerSession::answer_unknown(MsgId id, TimePoint now) {
  // The mapping ended cleanly here, while what it sent before is still on its way to the peer.
  if (link_.has_stream(id)) return;
  ++counters_.unknown;
  if (control_.send_unknown(id, now)) give_up_unopened(id);
}

// Uses up the id of a mapping that was never opened here, unless the id means something else. Its
// peer may have sent bytes of a stream, and repeats their RESET until it is acknowledged.
void PeerSession::give_up_unopened(MsgId id) {
  if (!ids_.is_free(id)) return;
  ids_.end(id);
  link_.give_up_unopened(id);
}

// -- who the peer is -------------------------------------------------------------------------

bool PeerSession::observe(const std::optional<Extension>& extension, TimePoint now) {
  if (!extension) return true;
  if (extension->epoch) return observe_epoch(*extension->epoch, extension->capabilities, now);
  peer_.learn(extension->capabilities);
  return true;
}

bool PeerSession::observe_epoch(uint32_t epoch, uint32_t capabilities, TimePoint now) {
  const uint32_t replaced = peer_.epoch().value_or(0);
  switch (peer_.observe(epoch, now)) {
    case RemotePeer::Verdict::kStale:
      ++counters_.stale;
      return false;
    case RemotePeer::Verdict::kTooOften:
      ++counters_.overflow;
      return false;
    case RemotePeer::Verdict::kRestarted:
      welcome_new_process(replaced, now);
      break;
    case RemotePeer::Verdict::kCurrent:
      break;
  }
  peer_.learn(capabilities);
  agree_on_link();
  return true;
}

// The Hello tells a peer that has not restarted at all of another process with its key.
void PeerSession::welcome_new_process(uint32_t replaced, TimePoint now) {
  forget_peer(KillReason::kRestarted, now);
  peer_.presence().restart();
  offers_.renew_all(now);
  send_hello(replaced, false);
}

// The peer still holds what this side has forgotten, and its link goes on where this side's begins
// anew. Another epoch tells the peer to forget it too.
void PeerSession::draw_own_epoch() {
  config_.epoch = handler_.draw_epoch(*this);
  peer_.set_own_epoch(config_.epoch);
  link_.set_own_epoch(config_.epoch);
  offers_.set_own_extension(extension_of(config_));
}

void PeerSession::note_heard(TimePoint now) {
  link_.note_reachable(now);
  if (peer_.presence().heard(now)) note_event(SessionEvents::PresenceChanged{true});
  update_presence(now);
}

}  // namespace ngcshare
