#include "bot/session_hub.h"

#include <asio/post.hpp>
#include <cassert>
#include <utility>
#include <vector>

#include "bot/log.h"

namespace ngcshare {

SessionHub::SessionHub(asio::io_context& loop, ToxNode& node, Entropy& entropy,
                       const PeerSession::Config& config)
    : loop_(loop), node_(node), entropy_(entropy), config_(config), timer_(loop) {}

SessionHub::~SessionHub() = default;

void SessionHub::count(const Peer& peer, Totals& totals) {
  totals.counters += peer.session->counters();
  totals.sent += peer.contact->sent();
  totals.received += peer.received;
}

SessionHub::Totals SessionHub::totals() const {
  Totals totals = gone_;
  for (const auto& [session, peer] : by_session_) count(*peer, totals);
  return totals;
}

TimePoint SessionHub::now() const {
  return TimePoint(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

Peer* SessionHub::find(GroupNumber group, PeerNumber number) {
  const auto found = peers_.find({group, number});
  return found == peers_.end() ? nullptr : found->second.get();
}

Peer* SessionHub::find(const Key& chat_id, const Key& key) {
  Peer* match = nullptr;
  for_each_peer([&](Peer& peer) {
    if (peer.key == key && peer.chat_id == chat_id) match = &peer;
  });
  return match;
}

// An absent one keeps its role: its number may be somebody else's by now.
bool SessionHub::refresh_role(Peer& peer) {
  if (peer.absent_until) return false;
  const Role role = node_.peer_role(peer.group, peer.number).value_or(peer.role);
  return std::exchange(peer.role, role) != role;
}

bool SessionHub::refresh_roles() {
  bool changed = false;
  for (const auto& [where, peer] : peers_) changed = refresh_role(*peer) || changed;
  return changed;
}

void SessionHub::on_peer_join(GroupNumber group, PeerNumber number) {
  const auto key = node_.peer_key(group, number);
  const auto chat_id = node_.chat_id(group);
  if (!key || !chat_id) return;
  welcome(group, number, *chat_id, *key, node_.peer_role(group, number).value_or(Role::kObserver));
}

void SessionHub::welcome(GroupNumber group, PeerNumber number, const Key& chat_id, const Key& key,
                         Role role) {
  if (const Peer* known = find(group, number); known != nullptr) {
    if (known->key == key) return;
    drop(group, number);  // the number was given to somebody else
  }
  if (welcome_back(group, number, chat_id, key, role)) return;
  auto peer = std::make_unique<Peer>();
  peer->chat_id = chat_id;
  peer->key = key;
  peer->group = group;
  peer->number = number;
  peer->role = role;
  peer->contact = std::make_unique<GroupContact>(node_, group, number);
  SessionHandler& handler = *this;
  PeerSession::Config config = config_;
  config.epoch = draw_msg_id(entropy_);
  config.link_memory = &link_memory_;
  peer->session = std::make_unique<PeerSession>(*peer->contact, entropy_, handler, config, now());
  Peer& joined = add(std::move(peer));
  log_info("peer.joined", "peer {peer} joined", Field{"peer", short_key(joined.key)});
  if (maker_ != nullptr) maker_->on_peer_joined(joined);
  rearm(*joined.session);
}

Peer& SessionHub::add(std::unique_ptr<Peer> peer) {
  Peer& added = *peer;
  by_session_[added.session.get()] = &added;
  peers_[{added.group, added.number}] = std::move(peer);
  return added;
}

void SessionHub::on_peer_exit(GroupNumber group, PeerNumber number, bool for_good) {
  const auto found = peers_.find({group, number});
  if (found == peers_.end()) return;
  if (for_good || !found->second->session->suspend(now())) {
    drop(group, number);
    return;
  }
  Peer& peer = *found->second;
  log_info("peer.lost", "peer {peer} was lost; its connections wait",
           Field{"peer", short_key(peer.key)});
  peer.contact->set_absent();
  peer.absent_until = now() + kKeepAbsent;
  arm(*peer.absent_until);
  absent_[{peer.chat_id, peer.key}] = std::move(found->second);
  peers_.erase(found);
}

bool SessionHub::welcome_back(GroupNumber group, PeerNumber number, const Key& chat_id,
                              const Key& key, Role role) {
  const auto found = absent_.find({chat_id, key});
  if (found == absent_.end()) return false;
  auto peer = std::move(found->second);
  absent_.erase(found);
  log_info("peer.back", "peer {peer} is back", Field{"peer", short_key(key)});
  peer->group = group;
  peer->number = number;
  peer->role = role;
  peer->absent_until.reset();
  peer->contact->move_to(group, number);
  Peer& back = add(std::move(peer));
  back.session->resume(now());
  if (maker_ != nullptr) maker_->on_peer_joined(back);
  rearm(*back.session);
  return true;
}

void SessionHub::give_up_absent(TimePoint now) {
  std::vector<std::unique_ptr<Peer>> expired;
  for (auto at = absent_.begin(); at != absent_.end();) {
    if (*at->second->absent_until > now) {
      arm(*at->second->absent_until);
      ++at;
      continue;
    }
    expired.push_back(std::move(at->second));
    at = absent_.erase(at);
  }
  for (auto& peer : expired) {
    log_info("peer.given_up", "peer {peer} did not come back", Field{"peer", short_key(peer->key)});
    peer->session->peer_left(now);
    let_die(std::move(peer));
  }
}

void SessionHub::drop(GroupNumber group, PeerNumber number) {
  const auto found = peers_.find({group, number});
  if (found == peers_.end()) return;
  log_info("peer.left", "peer {peer} left", Field{"peer", short_key(found->second->key)});
  found->second->session->peer_left(now());
  auto peer = std::move(found->second);
  peers_.erase(found);
  let_die(std::move(peer));
}

void SessionHub::on_group_left(const Key& chat_id) {
  std::vector<std::unique_ptr<Peer>> gone;
  const auto take_from = [&](auto& peers) {
    for (auto at = peers.begin(); at != peers.end();) {
      if (at->second->chat_id != chat_id) {
        ++at;
        continue;
      }
      gone.push_back(std::move(at->second));
      at = peers.erase(at);
    }
  };
  take_from(peers_);
  take_from(absent_);
  for (auto& peer : gone) {
    peer->session->shut_down(now());
    peer->session->peer_left(now());
    let_die(std::move(peer));
  }
}

// It may be one of the session's own packets that made us call this: it dies after the iteration.
void SessionHub::let_die(std::unique_ptr<Peer> peer) {
  by_session_.erase(peer->session.get());
  count(*peer, gone_);
  auto gone = std::make_shared<std::unique_ptr<Peer>>(std::move(peer));
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
  peer->received.add(packet.size());
  peer->session->receive(static_cast<PacketId>(packet[1]), is_public, packet.subspan(2), now());
  rearm(*peer->session);
}

void SessionHub::pump() {
  const TimePoint time = now();
  for_each_peer([this, time](Peer& peer) {
    peer.session->pump(time);
    rearm(*peer.session);
  });
}

void SessionHub::shut_down() {
  for_each_peer([this](Peer& peer) { peer.session->shut_down(now()); });
  timer_.cancel();
}

Extension SessionHub::public_extension() const {
  Extension extension = PeerSession::extension_of(config_);
  extension.epoch.reset();  // each peer has its own
  return extension;
}

void SessionHub::for_each_peer(const std::function<void(Peer&)>& visit) {
  for (auto& [where, peer] : peers_) visit(*peer);
  for (auto& [who, peer] : absent_) visit(*peer);
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
  for_each_peer([time](Peer& peer) {
    const auto due = peer.session->deadline();
    if (due && *due <= time) peer.session->tick(time);
  });
  give_up_absent(time);
  pump();
}

Peer& SessionHub::peer_of(PeerSession& session) {
  const auto found = by_session_.find(&session);
  assert(found != by_session_.end());
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

// Many local reads and writes in one turn of the loop make one pump.
void SessionHub::on_pump_wanted(PeerSession& session) {
  if (std::exchange(peer_of(session).pump_posted, true)) return;
  asio::post(loop_, [this, which = &session] {
    const auto found = by_session_.find(which);
    if (found == by_session_.end()) return;
    found->second->pump_posted = false;
    found->second->session->pump(now());
    rearm(*found->second->session);
  });
}

}  // namespace ngcshare
