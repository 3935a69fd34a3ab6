#include "bot/peers/session_hub.h"

#include <asio/post.hpp>
#include <cassert>
#include <utility>
#include <vector>

#include "bot/base/log.h"
#include "bot/base/steady_time.h"
#include "protocol/session/session_call.h"

namespace ngcshare {
namespace {

// Counts a visit of peers while it lasts, also when an exception ends it.
class Visit {
 public:
  explicit Visit(int& count) : count_(count) { ++count_; }
  ~Visit() { --count_; }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  int& count_;
};

}  // namespace

SessionHub::SessionHub(asio::io_context& loop, Entropy& entropy, const PeerSession::Config& config,
                       Clock clock)
    : loop_(loop),
      entropy_(entropy),
      config_(config),
      clock_(clock ? std::move(clock) : steady_now),
      timer_(loop) {}

SessionHub::~SessionHub() = default;

// -- peers come and go ------------------------------------------------------------------

Peer& SessionHub::join(const storage::Person& person, Role role,
                       std::unique_ptr<PeerContact> contact) {
  assert(find(person) == nullptr && may_change_peers());
  auto peer = std::make_unique<Peer>();
  peer->chat_id = person.chat_id;
  peer->key = person.key;
  peer->role = role;
  peer->contact = std::move(contact);
  SessionHandler& handler = *this;
  PeerSession::Config config = config_;
  config.epoch = copies_.draw(person, entropy_, unix_clock_());
  config.link_memory = &link_memory_;
  config.link_loss = &link_loss_;
  peer->session = std::make_unique<PeerSession>(*peer->contact, entropy_, handler, config, now());
  Peer& joined = *peer;
  by_session_[joined.session.get()] = &joined;
  peers_[person] = std::move(peer);
  log_info("peer.joined", "peer {peer} joined", Field{"peer", short_key(joined.key)});
  welcome(joined);
  return joined;
}

void SessionHub::welcome(Peer& peer) {
  if (maker_ != nullptr) maker_->on_peer_joined(peer);
  rearm(*peer.session);
}

void SessionHub::lose(Peer& peer) {
  assert(may_change_peers());
  if (!peer.session->suspend(now())) {
    leave(peer);
    return;
  }
  log_info("peer.lost", "peer {peer} was lost; its connections wait",
           Field{"peer", short_key(peer.key)});
  peer.contact->set_absent();
  peer.absent_until = now() + kKeepAbsent;
  arm(peer);
  absent_.insert(peers_.extract(peer.person()));
}

void SessionHub::come_back(Peer& peer, Role role) {
  assert(may_change_peers());
  log_info("peer.back", "peer {peer} is back", Field{"peer", short_key(peer.key)});
  peer.role = role;
  peer.absent_until.reset();
  peers_.insert(absent_.extract(peer.person()));
  peer.session->resume(now());
  welcome(peer);
}

void SessionHub::leave(Peer& peer) {
  log_info("peer.left", "peer {peer} left", Field{"peer", short_key(peer.key)});
  assert(may_change_peers());
  peer.session->peer_left(now());
  Peers& peers = peer.absent_until ? absent_ : peers_;
  remove(std::move(peers.extract(peer.person()).mapped()));
}

void SessionHub::leave_all(const Key& chat_id) {
  assert(may_change_peers());
  std::vector<std::unique_ptr<Peer>> leaving;
  for (Peers* const peers : {&peers_, &absent_}) {
    for (auto at = peers->lower_bound({chat_id, {}});
         at != peers->end() && at->first.chat_id == chat_id; at = peers->erase(at)) {
      leaving.push_back(std::move(at->second));
    }
  }
  for (auto& peer : leaving) {
    peer->session->shut_down(now());
    peer->session->peer_left(now());
    remove(std::move(peer));
  }
}

void SessionHub::give_up(Peer& peer, TimePoint now) {
  log_info("peer.given_up", "peer {peer} did not come back", Field{"peer", short_key(peer.key)});
  peer.session->peer_left(now);
  remove(std::move(absent_.extract(peer.person()).mapped()));
}

// The peer is destroyed later because the ends of its connections and offers are still to be
// reported, and the caller may be one of those that pump() reports to.
void SessionHub::remove(std::unique_ptr<Peer> peer) {
  forget(*peer);
  removed_.push_back(std::move(peer));
  if (std::exchange(burial_posted_, true)) return;
  asio::post(loop_, [this] { bury_removed(); });
}

void SessionHub::bury_removed() {
  burial_posted_ = false;
  for (const auto& peer : std::exchange(removed_, {})) {
    peer->session->report_events();
    count(*peer, gone_);
    forget(*peer);
    by_session_.erase(peer->session.get());
  }
}

void SessionHub::forget(Peer& peer) {
  if (std::exchange(peer.has_turn, false)) std::erase(turns_, &peer);
  if (std::exchange(peer.waits_for_room, false)) std::erase(waits_for_room_, &peer);
  deadlines_.remove(&peer);
}

// -- packets and turns ------------------------------------------------------------------

void SessionHub::receive(Peer& peer, PacketId id, bool is_public, Bytes body, size_t packet_bytes) {
  peer.received.add(packet_bytes);
  peer.session->receive(id, is_public, body, now());
  arm(peer);
  give_turn(peer);
  look_for_copy(peer);
}

void SessionHub::watch_for_copies(const EpochSeal& seal, std::function<void()> on_copy,
                                  std::function<int64_t()> unix_clock) {
  assert(by_session_.empty());
  copies_.set_seal(seal);
  on_copy_ = std::move(on_copy);
  unix_clock_ = std::move(unix_clock);
}

void SessionHub::look_for_copy(Peer& peer) {
  const uint32_t named = peer.session->named_epoch();
  if (named == 0 || std::exchange(peer.named_epoch, named) == named) return;
  if (copies_.note_named(peer.person(), named, now(), unix_clock_()) && on_copy_) on_copy_();
}

void SessionHub::pump() {
  bury_removed();
  for (Peer* const peer : std::exchange(waits_for_room_, {})) {
    peer->waits_for_room = false;
    give_turn(*peer);
  }
  serve_turns();
}

void SessionHub::give_turn(Peer& peer) {
  if (!std::exchange(peer.has_turn, true)) turns_.push_back(&peer);
}

// Many local reads and writes in one turn of the loop make one pump.
void SessionHub::give_turn_soon(Peer& peer) {
  give_turn(peer);
  if (std::exchange(turns_posted_, true)) return;
  asio::post(loop_, [this] {
    turns_posted_ = false;
    serve_turns();
  });
}

// Turns that are given meanwhile come later.
void SessionHub::serve_turns() {
  const TimePoint time = now();
  const Visit visit(visits_);
  for (size_t left = turns_.size(); left > 0 && !turns_.empty(); --left) {
    Peer& peer = *turns_.front();
    turns_.pop_front();
    peer.has_turn = false;
    try {
      peer.session->pump(time);
    } catch (...) {  // of a listener, when the disk is full: the catcher may run the loop on
      give_turn(peer);
      throw;
    }
    arm(peer);
    if (peer.session->waits_for_room() && !std::exchange(peer.waits_for_room, true)) {
      waits_for_room_.push_back(&peer);
    }
  }
}

void SessionHub::shut_down() {
  for_each_peer([this](Peer& peer) {
    peer.session->shut_down(now());
    give_turn(peer);
  });
  user_ = nullptr;
  pump();
  timer_.cancel();
}

void SessionHub::rearm(PeerSession& session) {
  Peer& peer = peer_of(session);
  arm(peer);
  give_turn_soon(peer);
}

void SessionHub::arm(Peer& peer) {
  auto when = peer.session->deadline();
  lower(when, peer.absent_until);
  if (!when) return;
  deadlines_.ring_by(&peer, *when);
  arm(*when);
}

void SessionHub::arm(TimePoint when) {
  if (armed_for_ && *armed_for_ <= when) return;
  armed_for_ = when;
  timer_.expires_at(to_timer_time(when));
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) tick();
  });
}

void SessionHub::tick() {
  armed_for_.reset();
  bury_removed();  // of which a deadline may still be kept
  const TimePoint time = now();
  std::vector<Peer*> expired;
  tick_sessions(time, expired);
  for (Peer* const peer : expired) give_up(*peer, time);
  pump();
  if (const auto next = deadlines_.next()) arm(*next);
}

// A deadline that is kept may be too early; then the real one replaces it.
void SessionHub::tick_sessions(TimePoint time, std::vector<Peer*>& expired) {
  const Visit visit(visits_);
  while (const auto taken = deadlines_.take_due(time)) {
    Peer& peer = **taken;
    if (peer.absent_until && *peer.absent_until <= time) {
      expired.push_back(&peer);
      continue;
    }
    const auto due = peer.session->deadline();
    if (due && *due <= time) {
      give_turn(peer);
      peer.session->tick(time);
    } else {
      arm(peer);
    }
  }
}

// -- questions --------------------------------------------------------------------------

void SessionHub::for_each_peer(const std::function<void(Peer&)>& visit) {
  const Visit under_way(visits_);
  for (auto& [person, peer] : peers_) visit(*peer);
  for (auto& [person, peer] : absent_) visit(*peer);
}

bool SessionHub::may_change_peers() const { return visits_ == 0 && !SessionCall::any(); }

Peer* SessionHub::find(const storage::Person& person) {
  for (Peers* const peers : {&peers_, &absent_}) {
    const auto found = peers->find(person);
    if (found != peers->end()) return found->second.get();
  }
  return nullptr;
}

std::vector<PresentPerson> SessionHub::present(const std::optional<Key>& chat_id) const {
  std::vector<PresentPerson> found;
  for (const auto& [person, peer] : peers_) {
    if (!chat_id || person.chat_id == *chat_id) found.push_back(present_person(*peer));
  }
  return found;
}

bool SessionHub::refresh_role(Peer& peer) {
  const Role role = peer.contact->role().value_or(peer.role);
  return std::exchange(peer.role, role) != role;
}

bool SessionHub::refresh_roles() {
  bool changed = false;
  for (const auto& [person, peer] : peers_) changed = refresh_role(*peer) || changed;
  return changed;
}

SendResult SessionHub::send_public(const Key& chat_id, const Packet& packet) {
  return public_sender_ == nullptr ? SendResult::kGone
                                   : public_sender_->send_public(chat_id, packet);
}

Extension SessionHub::public_extension() const {
  Extension extension = PeerSession::extension_of(config_);
  extension.epoch.reset();  // each peer has its own
  return extension;
}

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

// -- what the sessions report -----------------------------------------------------------

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

uint32_t SessionHub::draw_epoch(PeerSession& session) {
  return copies_.draw(peer_of(session).person(), entropy_, unix_clock_());
}

void SessionHub::on_pump_wanted(PeerSession& session) { give_turn_soon(peer_of(session)); }

}  // namespace ngcshare
