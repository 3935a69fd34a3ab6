#include "protocol/session/peer_link.h"

#include <utility>

namespace ngcshare {
namespace {

// Interval of asking the contact whether it goes through a relay.
constexpr Duration kPathInterval = std::chrono::milliseconds(200);

}  // namespace

PeerLink::PeerLink(Contact& contact, LinkOwner& owner, const Config& config)
    : contact_(contact), owner_(owner), config_(config) {}

void PeerLink::make(uint32_t peer_epoch) {
  if (link_ != nullptr) return;
  const link::Link::Config config{link::link_token(config_.own_epoch, peer_epoch),
                                  link::link_token(peer_epoch, config_.own_epoch),
                                  config_.congestion, config_.memory};
  link_ = std::make_unique<link::Link>(contact_, owner_, config);
}

void PeerLink::drop() {
  peer_ready_ = false;
  if (link_ != nullptr) dead_.push_back(std::move(link_));
}

std::optional<link::Link::Stats> PeerLink::stats() const {
  return link_ != nullptr ? std::optional(link_->stats()) : std::nullopt;
}

bool PeerLink::may_carry(const Packet& packet) {
  return std::holds_alternative<Accept>(packet) || std::holds_alternative<AckAcc>(packet) ||
         std::holds_alternative<Kill>(packet);
}

bool PeerLink::receive(Bytes body, TimePoint now) {
  if (link_ == nullptr || !link_->receive(body, now)) return false;
  peer_ready_ = link_ != nullptr;  // the packet may have made the owner drop the link
  return true;
}

bool PeerLink::send_control(const Packet& packet) {
  if (!carries_control() || !may_carry(packet)) return false;
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  note_work();
  return link_->send_control(where.id, frame.body());
}

// Datagrams do not wait for the pacer, but streams yield to them.
void PeerLink::charge(const Packet& sent) {
  if (link_ == nullptr) return;
  if (const auto* const datagram = std::get_if<Datagram>(&sent)) {
    link_->on_foreign_packet_sent(datagram->bytes.size());
  } else if (const auto* const fragment = std::get_if<Fragment>(&sent)) {
    link_->on_foreign_packet_sent(fragment->bytes.size());
  }
}

void PeerLink::end_stream(MsgId id, bool all_read) {
  if (link_ == nullptr) return;
  all_read ? link_->release(id) : link_->abandon(id);
}

void PeerLink::resume(TimePoint now) {
  path_checked_ = {};
  note_reachable(now);
}

void PeerLink::pump(TimePoint now) {
  if (link_ == nullptr) return;
  watch_path(now);
  pumping_ = true;
  link_->pump(now);
  pumping_ = false;
}

void PeerLink::watch_path(TimePoint now) {
  if (now - path_checked_ < kPathInterval) return;
  path_checked_ = now;
  link_->set_relayed(contact_.relayed(), now);
}

}  // namespace ngcshare
