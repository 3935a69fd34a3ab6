// PeerSession: the link to the peer, and the time while the peer cannot be reached.
#include "protocol/session/peer_session.h"
#include "protocol/session/session_call.h"

namespace ngcshare {

// Each end makes its part of the link as soon as it knows the other's epoch.
void PeerSession::agree_on_link() {
  if (peer_.epoch() && expects_link()) link_.make(*peer_.epoch());
  link_.set_datagrams_reported((peer_.shared_capabilities() & kCapCount) != 0);
}

// Returns what a new mapping can use: shared capabilities, those of the link only if there is one.
uint32_t PeerSession::usable_capabilities() const {
  const uint32_t shared = peer_.shared_capabilities();
  return link_.exists() ? shared : shared & ~kLinkCapabilities;
}

void PeerSession::note_link_work() { link_.note_work(); }

// -- what comes over it ----------------------------------------------------------------------

void PeerSession::receive_link(Bytes body, TimePoint now) {
  if (link_.receive(body, now)) {
    note_heard(now);
  } else {
    ++counters_.unknown;
  }
}

void PeerSession::on_control(PacketId id, Bytes body, TimePoint now) {
  const auto packet = decode_packet(id, body);
  if (packet && PeerLink::may_carry(*packet)) {
    receive_packet(*packet, body, id, Way::kLink, now);
  } else {
    ++counters_.malformed;
  }
}

bool PeerSession::is_over(MsgId stream) const {
  const Mapping* const mapping = mappings_.find(stream);
  return ids_.is_over(stream) || (mapping != nullptr && !mapping->over_link());
}

void PeerSession::on_readable(MsgId stream, TimePoint now) {
  if (Mapping* const mapping = mappings_.find(stream)) mapping->link_readable(now);
}

void PeerSession::on_writable(MsgId stream, TimePoint now) {
  if (Mapping* const mapping = mappings_.find(stream)) mapping->room_again(now);
}

void PeerSession::on_stream_error(MsgId stream, StreamError error, TimePoint now) {
  if (Mapping* const mapping = mappings_.find(stream)) {
    const bool short_of_memory = error == StreamError::kMemory;
    mapping->close_both(short_of_memory ? KillReason::kLimit : KillReason::kProtocol, now);
  } else {
    link_.end_stream(stream, false);
  }
}

// -- without the peer ------------------------------------------------------------------------

bool PeerSession::suspend(TimePoint now) {
  const SessionCall inside;
  if ((peer_.shared_capabilities() & kCapResume) == 0 || !link_.has_streams()) {
    peer_left(now);
    return false;
  }
  const auto cannot_wait = [](const Mapping& mapping) { return !mapping.over_link(); };
  mappings_.close(mappings_.ids_if(cannot_wait), KillReason::kPeerLeft, now);
  link_.suspend();
  if (peer_.presence().vanish()) note_event(SessionEvents::PresenceChanged{false});
  return true;
}

void PeerSession::resume(TimePoint now) {
  const SessionCall inside;
  link_.resume(now);
  peer_.presence().hurry(now);
  alarm_.ring_by(now);
}

}  // namespace ngcshare
