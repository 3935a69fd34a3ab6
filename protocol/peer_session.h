// Everything between this process and one remote peer: who the peer is (epoch, capabilities), what
// each offers the other, the mappings that run, and the repetition that makes Offer, Accept,
// Ack-Acc and Kill reliable over a channel that loses and replays packets (SPEC.md §6).
//
// No I/O and no clock. After any call but pump() and tick(): call pump() soon (once for many
// packets is fine). When deadline() has come: call tick() and then pump(), after which it lies
// ahead again; tick() alone is enough only where there is no link. A session is not copied and not
// called from two threads; its handler may call it back.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/contact.h"
#include "protocol/datagram_assembler.h"
#include "protocol/entropy.h"
#include "protocol/epoch_tracker.h"
#include "protocol/kill_repeater.h"
#include "protocol/link/link.h"
#include "protocol/mapping.h"
#include "protocol/offers_heard.h"
#include "protocol/offers_made.h"
#include "protocol/outbox.h"
#include "protocol/presence.h"
#include "protocol/token_bucket.h"

namespace ngcshare {

class PeerSession;

// Whoever owns sessions: gateway, connector or both.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;

  // The peer offers something new, or an offer's port, state or id has changed.
  virtual void on_offer(PeerSession& session, const Offer& offer) = 0;
  virtual void on_offer_gone(PeerSession& session, const Offer& offer, KillReason reason) = 0;

  // The peer accepted the offer of `service`. Either sets the mapping's sink and later calls
  // acknowledge() or close(), and returns nullopt, or returns why not.
  virtual std::optional<KillReason> on_accept(PeerSession& session, Mapping& mapping,
                                              ServiceKey service) = 0;

  // The session has something for pump(), which nobody has called from outside.
  virtual void on_pump_wanted(PeerSession& /*session*/) {}

  // A peer that sends Hello has been silent for Presence::kSilenceLimit, or is heard again.
  virtual void on_presence(PeerSession& session, bool present) = 0;
};

class PeerSession : private MappingHost, private link::LinkHandler {
 public:
  struct Config {
    uint32_t epoch = 0;         // of this session: random, another one than any before
    uint32_t capabilities = 0;  // of this process
    // One member may well open a thousand connections at once (a load test, a room of players
    // behind it), so the burst lets in as many as may run together. It also bounds memory: see
    // SPEC.md §9 for what a peer can fill.
    size_t max_mappings = 2048;
    double accepts_per_second = 200;
    double accept_burst = 2048;
    link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr;
    link::MemoryBudget* link_memory = nullptr;  // shared by all sessions; outlives them
  };
  // Dropped or refused, by reason. Only ever grow.
  struct Counters {
    uint64_t malformed = 0;       // did not parse
    uint64_t public_dropped = 0;  // came publicly and may not
    uint64_t stale = 0;           // of an epoch that is over
    uint64_t unknown = 0;         // for a mapping or offer that is not
    uint64_t refused = 0;         // Accepts turned down
    uint64_t overflow = 0;        // beyond a limit of this session

    Counters& operator+=(const Counters& other);
  };

  // What Offer and Accept say of a process with this configuration.
  static Extension extension_of(const Config& config);

  // All references outlive the session.
  PeerSession(Contact& contact, Entropy& entropy, SessionHandler& handler, const Config& config,
              TimePoint now);
  ~PeerSession() override;
  PeerSession(const PeerSession&) = delete;
  PeerSession& operator=(const PeerSession&) = delete;

  // -- packets -----------------------------------------------------------------------------
  void receive(PacketId id, bool is_public, Bytes body, TimePoint now);

  // -- offers to the peer ------------------------------------------------------------------
  // Offers a service; name, port, transports and state as in `offer`, its id and extension are
  // filled in. REQUIRES: a valid name and description. A peer
  // knows a service by its name: another one of the same name is withdrawn.
  // `preferred_id` is used when it is free here (the id of a public Offer), and `already_sent` says
  // that a public Offer has just gone out. A service that is offered already keeps its id.
  void offer(ServiceKey service, const Offer& offer, std::optional<MsgId> preferred_id,
             bool already_sent, TimePoint now);
  // Takes it back: the mappings made from it end, the peer is told.
  void withdraw(ServiceKey service, KillReason reason, TimePoint now);
  // What is offered of a service, also when the peer declined it; nullptr: nothing. Valid until the
  // next call.
  const Offer* offered(ServiceKey service) const;

  // -- use of the peer's offers --------------------------------------------------------------
  std::vector<const Offer*> offers_heard() const { return heard_.all(); }
  // Opens a mapping of an offer that was heard. `sink` hears of its fate. nullptr: no such offer
  // or transport, max_mappings are open, or the peer allows one mapping and has it.
  Mapping* open(MsgId offer_id, Transport transport, MappingSink& sink, TimePoint now);

  // Ends every mapping of one offer of the peer's, for example when the user no longer wants it.
  void close_mappings_of(MsgId offer_id, KillReason reason, TimePoint now);

  // Ends one mapping in either role, telling both the peer and the sink. False: there is none.
  bool close_mapping(MsgId id, KillReason reason, TimePoint now);

  // -- the end -------------------------------------------------------------------------------
  // The peer has left: all mappings end, all its offers are gone. Nothing is sent.
  void peer_left(TimePoint now);
  // The peer cannot be reached, but may be back soon: with kCapResume mappings over the link wait
  // for it, the others end. False when nothing waits: peer_left() has been done instead.
  bool suspend(TimePoint now);
  // It is back, in the same process as far as one knows.
  void resume(TimePoint now);
  // This process ends: Kills offers and mappings, once.
  void shut_down(TimePoint now);

  // -- time ----------------------------------------------------------------------------------
  // Sends what waited for room, as far as there is some now. Mappings that have ended die here:
  // not to be called from inside a sink or handler.
  void pump(TimePoint now);
  void tick(TimePoint now);
  std::optional<TimePoint> deadline() const;

  // -- for those who look ----------------------------------------------------------------------
  Contact& contact() { return contact_; }
  const Counters& counters() const { return counters_; }
  size_t mapping_count() const { return mappings_.size(); }
  bool knows_extension() const { return knows_extension_; }
  bool present() const { return presence_.present(); }
  bool says_hello() const { return presence_.says_hello(); }
  uint32_t peer_capabilities() const { return peer_capabilities_; }
  // nullopt: there is no link, so tcp to this peer runs in base mode.
  std::optional<link::Link::Stats> link_stats() const;
  // Whether tcp will travel over the link, also before there is one.
  bool expects_link() const { return (shared_capabilities() & kCapLink) != 0; }
  bool sends_wait_for_room() const { return !outbox_.empty() || !waiting_.empty(); }

 private:
  // MappingHost
  SendResult send_data(const Packet& packet) override;
  void send_control(const Packet& packet, bool lossless_too) override;
  link::Link* link() override { return link_.get(); }
  void note_link_work() override;
  bool control_is_reliable() const override { return link_heard_ && link_ != nullptr; }
  void wait_for_room(Mapping& mapping) override;
  void note_deadline(TimePoint when) override;
  void mapping_ended(Mapping& mapping, KillReason reason, bool tell_peer, TimePoint now) override;

  // LinkHandler (peer_link.cc)
  void on_control(PacketId id, Bytes body, TimePoint now) override;
  bool is_over(MsgId stream) const override { return killed_.contains(stream); }
  void on_readable(MsgId stream, TimePoint now) override;
  void on_writable(MsgId stream, TimePoint now) override;
  void on_stream_error(MsgId stream, TimePoint now) override;

  // The link (peer_link.cc).
  void agree_on_link();
  void drop_link();
  void receive_link(Bytes body, TimePoint now);
  void charge_link(const Packet& sent_beside_it);
  void watch_path(TimePoint now);

  std::optional<Packet> read(PacketId id, Bytes body) const;
  void handle(const Packet& packet, Bytes body, PacketId id, TimePoint now);

  // One packet of each kind.
  void handle(const Offer& offer, Bytes body, TimePoint now);
  void handle(const Accept& accept, TimePoint now);
  void handle(const Kill& kill, TimePoint now);
  void handle(const Hello& hello, TimePoint now);
  void handle(const Fragment& fragment, TimePoint now);
  template <typename P>
  void handle_for_mapping(const P& packet, TimePoint now);

  // Who the peer is. False: the packet belongs to an epoch that is over.
  bool observe(const std::optional<Extension>& extension, TimePoint now);
  bool observe_epoch(uint32_t epoch, uint32_t capabilities, TimePoint now);
  void forget_peer(KillReason reason, TimePoint now);
  void welcome_new_process(TimePoint now);
  bool is_alive_after_all(const Hello& hello);
  uint32_t shared_capabilities() const { return config_.capabilities & peer_capabilities_; }
  // What a new mapping gets.
  uint32_t mapping_capabilities() const;

  // Offers.
  void place_offer(ServiceKey service, Offer offer, std::optional<MsgId> preferred_id);
  void send_offer(const Offer& offer);
  void send_offers();
  enum class UsedUp { kMappingEnded, kRefusedHere, kKilledByPeer };
  void offer_anew(MsgId used_id, UsedUp how, KillReason reason, TimePoint now);
  void resync_offers(TimePoint now);
  void expect_confirmation(TimePoint now);
  void end_heard_offer(MsgId id, KillReason reason, TimePoint now);

  // Mappings.
  Mapping& add_mapping(const Mapping::Identity& identity);
  std::optional<KillReason> refusal(const Accept& accept, const OffersMade::Made& made,
                                    TimePoint now);
  void open_accepted(const Accept& accept, const OffersMade::Made& made, MsgId mapping_id,
                     TimePoint now);
  void close_mappings_if(const std::function<bool(const Mapping&)>& matches, KillReason reason,
                         TimePoint now);
  uint64_t open_digest() const;
  void compare_mappings(const Hello& hello);
  bool is_free(MsgId id) const;
  MsgId draw_free_id();

  // Kill and Hello.
  void kill(MsgId id, KillReason reason, TimePoint now);
  void send_kill(const Kill& kill);
  void answer_unknown(MsgId id, TimePoint now);
  bool send_over_link(const Packet& packet);
  void heard(TimePoint now);
  void give_turns(TimePoint now);
  void send_hello(bool answer_wanted);
  void update_presence(TimePoint now);
  void recompute_deadline();

  // More than can end while an Accept is still repeated: the burst and 16 s at the full rate.
  static constexpr size_t kRememberedKilledIds = 16384;

  SessionHandler& handler_;
  Contact& contact_;
  Entropy& entropy_;
  const Config config_;
  Counters counters_;

  EpochTracker epoch_;
  int stale_hellos_ = 0;  // in a row, of one that knows our epoch
  uint32_t peer_capabilities_ = 0;
  bool knows_extension_ = false;  // an extension or a Hello has come from this peer
  Presence presence_;

  OffersMade made_;
  OffersHeard heard_;
  std::unordered_map<MsgId, std::unique_ptr<Mapping>> mappings_;
  std::vector<std::unique_ptr<Mapping>> ended_;  // die in the next pump()
  RecentSet killed_{kRememberedKilledIds};
  // The last two digests that did not agree: the same again means that no change is on its way.
  std::optional<std::pair<uint64_t, uint64_t>> open_mismatch_;
  KillRepeater kills_;
  TokenBucket unknown_budget_{10, 20};
  TokenBucket accept_budget_;
  TokenBucket restart_budget_{0.2, 5};  // each new epoch is answered with all offers
  TokenBucket renewal_budget_{1, 10};   // offers made anew because the peer killed their ids

  std::unique_ptr<link::Link> link_;  // when both know kCapLink and each other's epoch
  std::vector<std::unique_ptr<link::Link>> dead_links_;  // die in the next pump()
  bool pumping_ = false;
  bool link_heard_ = false;  // the peer has its end of the link
  bool over_link_ = false;   // a packet from the link is being handled
  TimePoint path_checked_{};
  DatagramAssembler assembler_;

  Outbox outbox_;
  std::deque<Mapping*> waiting_;  // for room, in turn
  bool channel_full_ = false;
  uint64_t data_sent_ = 0;        // Data packets
  bool serving_waiting_ = false;  // pump() is giving out turns
  std::optional<TimePoint> deadline_;
};

}  // namespace ngcshare
