// The remote peers of this process with their protocol sessions, whatever they are reached through:
// gives the sessions their packets, the time and their turns to send. A gateway and a connector can
// share one hub.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "bot/base/descriptor_budget.h"
#include "bot/base/steady_time.h"
#include "bot/base/unix_time.h"
#include "bot/peers/copy_watch.h"
#include "bot/peers/peer.h"
#include "protocol/base/deadline_queue.h"
#include "protocol/base/entropy.h"
#include "protocol/congestion/shared_loss.h"

namespace ngcshare {

// Sends to everybody in one group at once.
class PublicSender {
 public:
  virtual ~PublicSender() = default;
  // Returns kGone if this process is not in the group.
  virtual SendResult send_public(const Key& chat_id, const Packet& packet) = 0;
};

class SessionHub : private SessionHandler {
 public:
  // Time for which connections wait for a peer that was lost.
  static constexpr std::chrono::seconds kKeepAbsent{120};

  // Shared by all peers: what their links and the connections of local programs may buffer beyond
  // the first few megabytes of each peer.
  static constexpr uint64_t kLinkMemory = 256 * 1024 * 1024;

  using Clock = std::function<TimePoint()>;

  // `entropy` must outlive the hub. Each session draws an epoch of its own in place of the one in
  // `config`, because a new session remembers nothing of one before with the same peer. `clock` is
  // the steady clock unless a test hands in another.
  SessionHub(asio::io_context& loop, Entropy& entropy, const PeerSession::Config& config,
             Clock clock = {});
  ~SessionHub() override;

  // Set the receivers; nullptr removes one. Each must outlive the hub or be removed first.
  void set_offer_maker(OfferMaker* maker) { maker_ = maker; }
  void set_offer_user(OfferUser* user) { user_ = user; }
  void set_public_sender(PublicSender* sender) { public_sender_ = sender; }
  // Makes the hub see other processes with this one's keys (CopyWatch), which share `seal`. Calls
  // `on_copy` from receive() when it is time to tell a person. `unix_clock` is for tests. REQUIRES:
  // no peer has joined.
  void watch_for_copies(const EpochSeal& seal, std::function<void()> on_copy,
                        std::function<int64_t()> unix_clock = unix_seconds);

  // -- for those who reach the peers (GroupPeers) -----------------------------------------------
  // Adds a peer that is reachable from now on. REQUIRES: find(person) is nullptr. The reference is
  // valid until leave(), leave_all(), or lose() and the end of kKeepAbsent.
  Peer& join(const storage::Person& person, Role role, std::unique_ptr<PeerContact> contact);
  // Keeps a peer whose connection was lost for kKeepAbsent if connections wait for it, otherwise
  // removes it. REQUIRES: it is not absent.
  void lose(Peer& peer);
  // Makes an absent peer reachable again. REQUIRES: its contact already uses the new path.
  void come_back(Peer& peer, Role role);
  // Removes a peer that has left for good.
  void leave(Peer& peer);
  // Says farewell to all peers of a group, absent ones included, and removes them: this process
  // leaves it.
  void leave_all(const Key& chat_id);
  // Hands a packet of `packet_bytes` bytes in all to the peer's session.
  void receive(Peer& peer, PacketId id, bool is_public, Bytes body, size_t packet_bytes);

  // -- turns ------------------------------------------------------------------------------------
  // Reports what has happened, destroys removed peers and gives a turn to send to each session that
  // something has happened to or that waits for room: must not be called from inside a session.
  // Called after each iteration of toxcore, when there may be room again.
  void pump();
  // Arms the timer for the session's deadlines and gives it a turn soon. Must be called after using
  // a session from outside (an offer, an open).
  void rearm(PeerSession& session);
  // Does what is due at now(). The hub's timer calls it.
  void tick();
  // Says farewell to all peers and ends all connections. Offers that end thereby are not reported.
  void shut_down();

  // -- peers ------------------------------------------------------------------------------------
  // Visits the peers in the order of their chat ids and keys, absent ones last. No peer may come or
  // go meanwhile.
  void for_each_peer(const std::function<void(Peer&)>& visit);
  // Returns the peer, reachable or absent, or nullptr if the hub has none of that identity.
  Peer* find(const storage::Person& person);
  // Returns those who are in one group, or (nullopt) in any, and not absent.
  std::vector<PresentPerson> present(const std::optional<Key>& chat_id) const;
  // Ask the group for the role of one peer, or of all that are not absent. Return true if a role
  // has changed.
  bool refresh_role(Peer& peer);
  bool refresh_roles();

  // Sends to everybody in a group at once. Returns kGone if there is no such group.
  SendResult send_public(const Key& chat_id, const Packet& packet);
  // Returns the extension of a public Offer: this process's capabilities, without an epoch.
  Extension public_extension() const;
  MsgId draw_offer_id() { return draw_msg_id(entropy_); }

  // Traffic with all peers since the start, removed ones included. Only grows.
  struct Totals {
    PeerSession::Counters counters;
    Traffic sent;
    Traffic received;
  };
  Totals totals() const;
  // Returns how many peers have lately shown that another process uses this one's keys.
  size_t copy_witnesses() const { return copies_.witnesses(now()); }

  TimePoint now() const { return clock_(); }
  Entropy& entropy() { return entropy_; }
  asio::io_context& loop() { return loop_; }
  const link::MemoryBudget& memory() const { return link_memory_; }
  // What the connections of all peers may hold; unlimited until it is set.
  DescriptorBudget& descriptors() { return descriptors_; }

 private:
  using Peers = std::map<storage::Person, std::unique_ptr<Peer>>;

  // SessionHandler
  void on_offer(PeerSession& session, const Offer& offer) override;
  void on_offer_gone(PeerSession& session, const Offer& offer, KillReason reason) override;
  std::optional<KillReason> on_accept(PeerSession& session, Mapping& mapping,
                                      ServiceKey service) override;
  void on_presence(PeerSession& session, bool present) override;
  uint32_t draw_epoch(PeerSession& session) override;
  void on_pump_wanted(PeerSession& session) override;

  static void count(const Peer& peer, Totals& totals);
  void welcome(Peer& peer);
  bool may_change_peers() const;
  void remove(std::unique_ptr<Peer> peer);
  void bury_removed();
  void give_up(Peer& peer, TimePoint now);
  void look_for_copy(Peer& peer);
  Peer& peer_of(PeerSession& session);
  void give_turn(Peer& peer);
  void give_turn_soon(Peer& peer);
  void serve_turns();
  void tick_sessions(TimePoint time, std::vector<Peer*>& expired);
  void forget(Peer& peer);
  void arm(Peer& peer);
  void arm(TimePoint when);

  asio::io_context& loop_;
  Entropy& entropy_;
  const PeerSession::Config config_;
  const Clock clock_;
  OfferMaker* maker_ = nullptr;
  OfferUser* user_ = nullptr;
  PublicSender* public_sender_ = nullptr;
  std::function<void()> on_copy_;
  std::function<int64_t()> unix_clock_ = unix_seconds;
  CopyWatch copies_;
  link::MemoryBudget link_memory_{kLinkMemory};
  link::SharedLoss link_loss_;
  DescriptorBudget descriptors_;
  Totals gone_;  // of peers that were removed
  Peers peers_;  // reachable ones
  Peers absent_;
  std::vector<std::unique_ptr<Peer>> removed_;                // destroyed by the next pump()
  std::unordered_map<const PeerSession*, Peer*> by_session_;  // of all three
  // Idle peers are in none of these, so that a packet costs no more when there are many.
  std::deque<Peer*> turns_;            // are pumped next, in turn
  std::vector<Peer*> waits_for_room_;  // get a turn after the next iteration of toxcore
  DeadlineQueue<Peer*> deadlines_;     // of sessions, and of absent peers
  bool burial_posted_ = false;
  bool turns_posted_ = false;
  int visits_ = 0;  // of all or some peers that are under way, while none may come or go
  asio::basic_waitable_timer<ProgramClock> timer_;
  std::optional<TimePoint> armed_for_;
};

}  // namespace ngcshare
