// PeerSession: the link to the peer, what comes over it, and the time without the peer.
#include <algorithm>
#include <utility>

#include "protocol/peer_session.h"

namespace ngcshare {
namespace {

// How often the contact is asked whether it goes through a relay.
constexpr Duration kPathInterval = std::chrono::milliseconds(200);

bool may_travel_on_link(const Packet& packet) {
  return std::holds_alternative<Accept>(packet) || std::holds_alternative<AckAcc>(packet) ||
         std::holds_alternative<Kill>(packet);
}

}  // namespace

// Each end makes its part of the link as soon as it knows the other's epoch.
void PeerSession::agree_on_link() {
  if (link_ != nullptr || !epoch_.current() || (shared_capabilities() & kCapLink) == 0) return;
  const uint32_t peer = *epoch_.current();
  LinkHandler& handler = *this;
  link_ = std::make_unique<link::Link>(contact_, handler,
                                       link::Link::Config{link::link_token(config_.epoch, peer),
                                                          link::link_token(peer, config_.epoch),
                                                          config_.congestion, config_.link_memory});
}

void PeerSession::drop_link() {
  link_heard_ = false;
  // It may be one of its own packets that said so.
  if (link_ != nullptr) dead_links_.push_back(std::move(link_));
  link_.reset();
}

uint32_t PeerSession::mapping_capabilities() const {
  const uint32_t shared = shared_capabilities();
  return link_ != nullptr ? shared : shared & ~kLinkCapabilities;
}

void PeerSession::receive_link(Bytes body, TimePoint now) {
  if (link_ == nullptr || !link_->receive(body, now)) {
    ++counters_.unknown;
    return;
  }
  link_heard_ = link_ != nullptr;
  heard(now);
  update_presence(now);
}

void PeerSession::heard(TimePoint now) {
  if (link_ != nullptr) link_->resume(now);
  if (presence_.heard(now)) handler_.on_presence(*this, true);
}

bool PeerSession::send_over_link(const Packet& packet) {
  if (!control_is_reliable() || !may_travel_on_link(packet)) return false;
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  note_link_work();
  return link_->send_control(where.id, frame.body());
}

void PeerSession::note_link_work() {
  if (!pumping_) handler_.on_pump_wanted(*this);
}

// Datagrams do not wait for the pacer, but streams yield to them.
void PeerSession::charge_link(const Packet& sent_beside_it) {
  if (const auto* const datagram = std::get_if<Datagram>(&sent_beside_it)) {
    link_->on_foreign_packet_sent(datagram->bytes.size());
  } else if (const auto* const fragment = std::get_if<Fragment>(&sent_beside_it)) {
    link_->on_foreign_packet_sent(fragment->bytes.size());
  }
}

void PeerSession::watch_path(TimePoint now) {
  if (now - path_checked_ < kPathInterval) return;
  path_checked_ = now;
  link_->set_relayed(contact_.relayed(), now);
}

std::optional<link::Link::Stats> PeerSession::link_stats() const {
  return link_ != nullptr ? std::optional(link_->stats()) : std::nullopt;
}

// -- what comes over it --------------------------------------------------------------------

void PeerSession::on_control(PacketId id, Bytes body, TimePoint now) {
  const auto packet = decode_packet(id, body);
  if (!packet || !may_travel_on_link(*packet)) {
    ++counters_.malformed;
    return;
  }
  over_link_ = true;
  handle(*packet, body, id, now);
  over_link_ = false;
}

void PeerSession::on_readable(MsgId stream, TimePoint now) {
  const auto found = mappings_.find(stream);
  if (found != mappings_.end()) found->second->link_readable(now);
}

void PeerSession::on_writable(MsgId stream, TimePoint now) {
  const auto found = mappings_.find(stream);
  if (found != mappings_.end()) found->second->room_again(now);
}

void PeerSession::on_stream_error(MsgId stream, TimePoint now) {
  const auto found = mappings_.find(stream);
  if (found != mappings_.end()) {
    found->second->link_error(now);
  } else {
    link_->abandon(stream);
  }
}

void PeerSession::handle(const Fragment& fragment, TimePoint now) {
  const auto found = mappings_.find(fragment.mapping_id);
  if (found == mappings_.end()) {
    answer_unknown(fragment.mapping_id, now);
    return;
  }
  const auto whole = assembler_.add(fragment);
  if (whole) found->second->receive(Datagram{fragment.mapping_id, *whole}, now);
}

// -- without the peer ----------------------------------------------------------------------

bool PeerSession::suspend(TimePoint now) {
  const bool may_wait = link_ != nullptr && (shared_capabilities() & kCapResume) != 0;
  if (!may_wait || link_->stream_count() == 0) {
    peer_left(now);
    return false;
  }
  close_mappings_if([](const Mapping& mapping) { return !mapping.over_link(); },
                    KillReason::kPeerLeft, now);
  link_->suspend();
  if (presence_.vanish()) handler_.on_presence(*this, false);
  return true;
}

void PeerSession::resume(TimePoint now) {
  path_checked_ = {};
  if (link_ != nullptr) link_->resume(now);
  presence_.hurry(now);
  note_deadline(now);
}

}  // namespace ngcshare
