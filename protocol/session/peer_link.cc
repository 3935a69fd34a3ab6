#include "protocol/session/peer_link.h"

#include <algorithm>
#include <utility>

namespace ngcshare {
namespace {

// Interval of asking the contact whether it goes through a relay.
constexpr Duration kPathInterval = std::chrono::milliseconds(200);

// Round trip over a relay that is assumed until it is measured, and the most that is believed.
constexpr Duration kUnknownRoundTrip = std::chrono::milliseconds(500);
constexpr Duration kMostRoundTrip = std::chrono::seconds(1);

}  // namespace

PeerLink::PeerLink(Contact& contact, LinkOwner& owner, const Config& config)
    : contact_(contact), owner_(owner), config_(config) {}

void PeerLink::make(uint32_t peer_epoch) {
  if (link_ != nullptr) return;
  const link::Link::Config config{link::link_token(config_.own_epoch, peer_epoch),
                                  link::link_token(peer_epoch, config_.own_epoch),
                                  config_.congestion,
                                  config_.memory,
                                  config_.shared_loss,
                                  config_.entropy};
  link_ = std::make_unique<link::Link>(contact_, owner_, config);
  path_checked_ = {};  // tells the link
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

bool PeerLink::admits_datagram(size_t bytes, size_t packets, TimePoint now) {
  if (!relayed(now)) return true;
  const uint64_t on_wire = bytes + packets * link::kOverheadBytes;
  Duration round_trip{};
  uint64_t in_flight = 0;
  if (link_ != nullptr) {
    const link::Link::Stats stats = link_->stats();
    round_trip = std::min(stats.rtt, kMostRoundTrip);
    in_flight = stats.in_flight;
  }
  if (round_trip == Duration{}) round_trip = kUnknownRoundTrip;
  return relay_allowance_.take(on_wire, in_flight, round_trip, now);
}

// Datagrams wait for neither window nor pacer, but streams yield to them.
void PeerLink::on_datagram_sent(const Packet& sent, TimePoint now) {
  if (link_ == nullptr) return;
  if (const auto* const datagram = std::get_if<Datagram>(&sent)) {
    link_->on_datagram_sent(datagram->bytes.size(), now);
  } else if (const auto* const fragment = std::get_if<Fragment>(&sent)) {
    link_->on_datagram_sent(fragment->bytes.size(), now);
  }
}

void PeerLink::end_stream(MsgId id, bool all_read) {
  if (link_ == nullptr) return;
  all_read ? link_->release(id) : link_->abandon(id);
  note_work();
}

void PeerLink::resume(TimePoint now) {
  path_checked_ = {};
  note_reachable(now);
}

void PeerLink::pump(TimePoint now) {
  if (link_ == nullptr) return;
  relayed(now);
  pumping_ = true;
  link_->pump(now);
  pumping_ = false;
}

// Returns whether the path is a relay; asks the contact only now and then, and tells the link.
bool PeerLink::relayed(TimePoint now) {
  if (now - path_checked_ < kPathInterval) return relayed_;
  path_checked_ = now;
  relayed_ = contact_.relayed();
  if (link_ != nullptr) link_->set_relayed(relayed_, now);
  return relayed_;
}

}  // namespace ngcshare
