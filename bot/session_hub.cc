#include "bot/session_hub.h"

#include <spdlog/spdlog.h>

#include <cassert>

namespace ngcshare {

SessionHub::SessionHub(asio::io_context& loop, ToxNode& node, Entropy& entropy,
                       const PeerSession::Config& config)
    : loop_(loop), node_(node), entropy_(entropy), config_(config), timer_(loop) {}

SessionHub::~SessionHub() = default;

TimePoint SessionHub::now() const {
  return TimePoint(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

Peer* SessionHub::find(GroupNumber group, PeerNumber number) {
  const auto found = peers_.find({group, number});
  return found == peers_.end() ? nullptr : found->second.get();
}

void SessionHub::on_peer_join(GroupNumber group, PeerNumber number) {
  const auto key = node_.peer_key(group, number);
  const auto chat_id = node_.chat_id(group);
  if (!key || !chat_id) return;
  if (const Peer* known = find(group, number); known != nullptr) {
    if (known->key == *key) return;
    drop(group, number);  // the number was given to somebody else
  }
  auto peer = std::make_unique<Peer>();
  peer->chat_id = *chat_id;
  peer->key = *key;
  peer->group = group;
  peer->number = number;
  peer->contact = std::make_unique<GroupContact>(node_, group, number);
  SessionHandler& handler = *this;
  peer->session = std::make_unique<PeerSession>(*peer->contact, entropy_, handler, config_, now());
  Peer& joined = *(peers_[{group, number}] = std::move(peer));
  spdlog::info("peer {} joined", short_key(joined.key));
  if (maker_ != nullptr) maker_->on_peer_joined(joined);
  rearm(*joined.session);
}

void SessionHub::on_peer_exit(GroupNumber group, PeerNumber number) { drop(group, number); }

void SessionHub::drop(GroupNumber group, PeerNumber number) {
  const auto found = peers_.find({group, number});
  if (found == peers_.end()) return;
  spdlog::info("peer {} left", short_key(found->second->key));
  found->second->session->peer_left(now());
  // It may be one of the session's own packets that made us call this: die after the iteration.
  auto gone = std::make_shared<std::unique_ptr<Peer>>(std::move(found->second));
  peers_.erase(found);
  node_.defer([gone] {});
}

void SessionHub::on_packet(GroupNumber group, PeerNumber number, bool is_public, Bytes packet) {
  if (packet.size() < 3 || packet[0] != kGroupPacketHighByte || packet[1] > 3) return;
  Peer* peer = find(group, number);
  if (peer == nullptr) {
    on_peer_join(group, number);
    peer = find(group, number);
  }
  if (peer == nullptr) return;
  peer->session->receive(static_cast<PacketId>(packet[1]), is_public, packet.subspan(2), now());
  rearm(*peer->session);
}

void SessionHub::pump() {
  const TimePoint time = now();
  for (auto& [where, peer] : peers_) {
    peer->session->pump(time);
    rearm(*peer->session);
  }
}

void SessionHub::shut_down() {
  for (auto& [where, peer] : peers_) peer->session->shut_down(now());
  timer_.cancel();
}

Extension SessionHub::own_extension() const { return PeerSession::extension_of(config_); }

void SessionHub::for_each_peer(const std::function<void(Peer&)>& visit) {
  for (auto& [where, peer] : peers_) visit(*peer);
}

void SessionHub::rearm(const PeerSession& session) {
  if (const auto when = session.deadline()) arm(*when);
}

void SessionHub::arm(TimePoint when) {
  if (armed_for_ && *armed_for_ <= when) return;
  armed_for_ = when;
  timer_.expires_at(std::chrono::steady_clock::time_point(when.time_since_epoch()));
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) on_timer();
  });
}

void SessionHub::on_timer() {
  armed_for_.reset();
  const TimePoint time = now();
  for (auto& [where, peer] : peers_) {
    const auto due = peer->session->deadline();
    if (due && *due <= time) peer->session->tick(time);
  }
  pump();
}

Peer& SessionHub::peer_of(PeerSession& session) {
  const auto& contact = static_cast<GroupContact&>(session.contact());
  const auto found = peers_.find({contact.group(), contact.peer()});
  assert(found != peers_.end());
  return *found->second;
}

void SessionHub::on_offer(PeerSession& session, const Offer& offer) {
  if (user_ != nullptr) user_->on_offer(peer_of(session), offer);
}

void SessionHub::on_offer_gone(PeerSession& session, const Offer& offer, KillReason reason) {
  if (user_ != nullptr) user_->on_offer_gone(peer_of(session), offer, reason);
}

std::optional<KillReason> SessionHub::on_accept(PeerSession& session, Mapping& mapping,
                                                ServiceKey service) {
  if (maker_ == nullptr) return KillReason::kDenied;
  return maker_->on_accept(peer_of(session), mapping, service);
}

void SessionHub::on_presence(PeerSession& session, bool present) {
  if (user_ != nullptr) user_->on_presence(peer_of(session), present);
}

}  // namespace ngcshare
