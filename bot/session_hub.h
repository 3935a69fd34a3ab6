// The peers of all groups that this process is in, each with its protocol session: routes toxcore's
// events to them, lends them the time and gives them turns to send. Gateway and connector stand on
// the same hub and may both be there.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "bot/peer.h"
#include "protocol/entropy.h"

namespace ngcshare {

class SessionHub : public PacketReceiver, private SessionHandler {
 public:
  // How long connections wait for a peer that was lost.
  static constexpr std::chrono::seconds kKeepAbsent{120};

  // What the links of all peers may hold beyond the first few megabytes of each, and streams of
  // base mode beyond their first few kilobytes, together.
  static constexpr uint64_t kLinkMemory = 256 * 1024 * 1024;

  // `node` and `entropy` outlive the hub. Each session gets an epoch of its own in place of the
  // one in `config`: a peer for which this process has begun a new session has been forgotten.
  SessionHub(asio::io_context& loop, ToxNode& node, Entropy& entropy,
             const PeerSession::Config& config);
  ~SessionHub() override;

  // Either may be absent; both outlive the hub or are reset first.
  void set_offer_maker(OfferMaker* maker) { maker_ = maker; }
  void set_offer_user(OfferUser* user) { user_ = user; }

  // -- what toxcore says -----------------------------------------------------------------------
  void on_peer_join(GroupNumber group, PeerNumber number);
  void on_peer_exit(GroupNumber group, PeerNumber number, bool for_good);
  // This process leaves the group: all who are or were in it are told, and gone.
  void on_group_left(const Key& chat_id);
  void on_packet(GroupNumber group, PeerNumber number, bool is_public, Bytes packet) override;
  // Somebody of that key is there, new or back: what on_peer_join() comes to when toxcore has told
  // who it is.
  void welcome(GroupNumber group, PeerNumber number, const Key& chat_id, const Key& key, Role role);

  // Gives every session that waits a turn; after each iteration of toxcore.
  void pump();
  // Call after using a session from outside (an offer, an open): arms the timer for its deadlines.
  void rearm(const PeerSession& session);
  // Says farewell to all peers.
  void shut_down();

  // What has passed between this process and all peers, also those that are gone. Only grows.
  struct Totals {
    PeerSession::Counters counters;
    Traffic sent;
    Traffic received;
  };
  Totals totals() const;

  TimePoint now() const;
  // What this process says of itself in a public Offer.
  Extension public_extension() const;
  MsgId draw_offer_id() { return draw_msg_id(entropy_); }
  Entropy& entropy() { return entropy_; }
  ToxNode& node() { return node_; }
  asio::io_context& loop() { return loop_; }
  link::MemoryBudget& memory() { return link_memory_; }
  // Absent ones, too.
  void for_each_peer(const std::function<void(Peer&)>& visit);
  Peer* find(GroupNumber group, PeerNumber number);
  Peer* find(const Key& chat_id, const Key& key);  // also an absent one
  // Ask the group what role somebody has, or everybody who is there. True: another than before.
  bool refresh_role(Peer& peer);
  bool refresh_roles();

 private:
  // SessionHandler
  void on_offer(PeerSession& session, const Offer& offer) override;
  void on_offer_gone(PeerSession& session, const Offer& offer, KillReason reason) override;
  std::optional<KillReason> on_accept(PeerSession& session, Mapping& mapping,
                                      ServiceKey service) override;
  void on_presence(PeerSession& session, bool present) override;
  void on_pump_wanted(PeerSession& session) override;

  static void count(const Peer& peer, Totals& totals);
  Peer& add(std::unique_ptr<Peer> peer);
  void let_die(std::unique_ptr<Peer> peer);
  bool welcome_back(GroupNumber group, PeerNumber number, const Key& chat_id, const Key& key,
                    Role role);
  void give_up_absent(TimePoint now);
  Peer& peer_of(PeerSession& session);
  void drop(GroupNumber group, PeerNumber number);
  void arm(TimePoint when);
  void on_timer();

  asio::io_context& loop_;
  ToxNode& node_;
  Entropy& entropy_;
  const PeerSession::Config config_;
  OfferMaker* maker_ = nullptr;
  OfferUser* user_ = nullptr;
  link::MemoryBudget link_memory_{kLinkMemory};
  Totals gone_;  // of peers that died
  std::map<std::pair<GroupNumber, PeerNumber>, std::unique_ptr<Peer>> peers_;
  std::map<std::pair<Key, Key>, std::unique_ptr<Peer>> absent_;  // by chat id and key
  std::unordered_map<const PeerSession*, Peer*> by_session_;     // both of the above
  asio::steady_timer timer_;
  std::optional<TimePoint> armed_for_;
};

}  // namespace ngcshare
