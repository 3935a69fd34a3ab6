// Everything between this process and one remote peer: who the peer is, what each side offers the
// other, and the mappings that run, over a channel that loses and replays packets (SPEC.md §6).
//
// A session only coordinates. Each of its objects owns one subject and can be read alone:
// RemotePeer (epoch, capabilities, presence), OfferSender and OffersMade (offers to the peer),
// OffersHeard (offers of the peer), MappingTable and mapping_terms.h (mappings), SessionIds,
// PeerLink (the link), ControlSender (control packets and Kills), RoomTurns (turns for room).
//
// No I/O and no clock. After any call but pump() and tick(): call pump() soon (once for many
// packets is fine). When deadline() has come: call tick() and then pump(), after which it lies
// ahead again; tick() alone is enough only if there is no link. A session is not copied and not
// called from two threads. Its handler and sinks may call it back, but destroy nothing from inside
// a call of a session (session_call.h): all ends are reported by pump(), when no such call is on
// the stack.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/entropy.h"
#include "protocol/link/link.h"
#include "protocol/session/accept_queue.h"
#include "protocol/session/alarm.h"
#include "protocol/session/control_sender.h"
#include "protocol/session/datagram_assembler.h"
#include "protocol/session/mapping.h"
#include "protocol/session/mapping_table.h"
#include "protocol/session/offer_sender.h"
#include "protocol/session/offers_heard.h"
#include "protocol/session/offers_made.h"
#include "protocol/session/peer_link.h"
#include "protocol/session/remote_peer.h"
#include "protocol/session/room_turns.h"
#include "protocol/session/session_events.h"
#include "protocol/session/session_ids.h"
#include "protocol/wire/contact.h"

namespace ngcshare {

class PeerSession;

// Receives a session's events and decides about Accepts: the owner of the sessions.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;

  // -- called from inside a session ----------------------------------------------------------
  // The peer accepted the offer of `service`. Either sets the mapping's sink and later calls
  // acknowledge() or close(), and returns nullopt, or returns the reason for refusing it.
  virtual std::optional<KillReason> on_accept(PeerSession& session, Mapping& mapping,
                                              ServiceKey service) = 0;

  // Returns an epoch for the session in place of the one in its Config, as its owner drew that one:
  // random, not 0, different from all earlier ones.
  virtual uint32_t draw_epoch(PeerSession& session) = 0;

  // There is something to send or to report, or something has begun to wait for room, although the
  // owner made no call: call pump() soon.
  virtual void on_pump_wanted(PeerSession& /*session*/) {}

  // -- called by pump(), when no call of a session is on the stack ---------------------------
  // The peer offers something new, or an offer's port, state or id has changed. The offer may have
  // changed again or be gone meanwhile; then another event follows.
  virtual void on_offer(PeerSession& session, const Offer& offer) = 0;
  virtual void on_offer_gone(PeerSession& session, const Offer& offer, KillReason reason) = 0;

  // A peer that sends Hello has been silent for Presence::kSilenceLimit, or is heard again.
  virtual void on_presence(PeerSession& session, bool present) = 0;
};

class PeerSession : private MappingHost, private LinkOwner {
 public:
  struct Config {
    uint32_t epoch = 0;         // of this session: random, different from all earlier ones
    uint32_t capabilities = 0;  // of this process
    // One member may well open a thousand connections at once (a load test, a room of players
    // behind it), so the burst lets in as many as may run together. It also bounds memory: see
    // SPEC.md §9 for what a peer can fill.
    size_t max_mappings = 2048;
    // More wait for their turn (accept_queue.h). A connection that carries a few bytes costs the
    // gateway 0.3 ms of processor time, so one peer can take about a quarter of a core, and the
    // last of max_mappings waits two seconds, far less than Mapping::kAcceptTimeout.
    double accepts_per_second = 1000;
    double accept_burst = 2048;
    link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr;
    // These two are shared by all sessions and must outlive them.
    link::MemoryBudget* link_memory = nullptr;
    link::SharedLoss* link_loss = nullptr;
  };
  // Packets dropped, refused or delayed, by reason. They only grow.
  struct Counters {
    uint64_t malformed = 0;       // did not parse
    uint64_t public_dropped = 0;  // came publicly and must not
    uint64_t stale = 0;           // of an epoch that is over
    uint64_t unknown = 0;         // for a mapping or offer that does not exist
    uint64_t refused = 0;         // Accepts turned down
    uint64_t overflow = 0;        // beyond a limit of this session
    uint64_t crowded = 0;         // of the refused Accepts: beyond max_mappings
    uint64_t delayed = 0;         // Accepts that had to wait for their turn; neither of the above

    Counters& operator+=(const Counters& other);
  };

  // Returns what Offer and Accept say of a process with this configuration.
  static Extension extension_of(const Config& config);

  // All references must outlive the session.
  PeerSession(Contact& contact, Entropy& entropy, SessionHandler& handler, const Config& config,
              TimePoint now);
  ~PeerSession() override;
  PeerSession(const PeerSession&) = delete;
  PeerSession& operator=(const PeerSession&) = delete;

  // -- packets -------------------------------------------------------------------------------
  void receive(PacketId id, bool is_public, Bytes body, TimePoint now);

  // -- offers to the peer --------------------------------------------------------------------
  // Offers a service with the name, port, transports and state of `offer`; its id and extension are
  // filled in. REQUIRES: a valid name and description. The peer knows a service by its name, so
  // another service of the same name is withdrawn.
  // `preferred_id` is used if it is free here (the id of a public Offer), and `already_sent` means
  // that a public Offer has just gone out. A service that is offered already keeps its id.
  void offer(ServiceKey service, const Offer& offer, std::optional<MsgId> preferred_id,
             bool already_sent, TimePoint now);
  // Ends the offer and the mappings made from it, and tells the peer.
  void withdraw(ServiceKey service, KillReason reason, TimePoint now);
  // Returns the offer of a service, even if the peer declined it, or nullptr. Valid until the
  // next call.
  const Offer* offered(ServiceKey service) const;

  // -- use of the peer's offers --------------------------------------------------------------
  std::vector<const Offer*> offers_heard() const { return heard_.all(); }
  // Returns whether the peer's offer of this id stands.
  bool hears_offer(MsgId id) const { return heard_.find(id) != nullptr; }
  // Opens a mapping of a peer's offer; its events go to `sink`. Returns nullptr if there is no such
  // offer or transport, if max_mappings are open, or if the peer allows one mapping and has it.
  Mapping* open(MsgId offer_id, Transport transport, MappingSink& sink, TimePoint now);
  // Ends every mapping of one offer of the peer, for example if the user no longer wants it.
  void close_mappings_of(MsgId offer_id, KillReason reason, TimePoint now);
  // Ends one mapping in either role and tells both the peer and the sink. Returns false if there is
  // none.
  bool close_mapping(MsgId id, KillReason reason, TimePoint now);

  // -- the end -------------------------------------------------------------------------------
  // The peer has left: ends all mappings and drops all its offers. Sends nothing.
  void peer_left(TimePoint now);
  // The peer cannot be reached, but may be back soon: with kCapResume mappings over the link wait
  // for it, the others end. Returns false if nothing waits; then peer_left() has been done instead.
  bool suspend(TimePoint now);
  // The peer is back, as far as is known in the same process.
  void resume(TimePoint now);
  // This process ends: sends Kills for all offers and mappings, once.
  void shut_down(TimePoint now);

  // -- time ----------------------------------------------------------------------------------
  // Reports events to the handler and the ends of mappings to their sinks. REQUIRES: no call of a
  // session is on the stack, nor a handler or sink that this has called.
  void report_events();
  // Sends what waits for room, as far as there is room; does report_events() before and after.
  void pump(TimePoint now);
  void tick(TimePoint now);
  std::optional<TimePoint> deadline() const;

  // -- state ---------------------------------------------------------------------------------
  const Counters& counters() const { return counters_; }
  size_t mapping_count() const { return mappings_.size(); }
  // Returns the number of mappings whose Accepts wait for their turn.
  size_t waiting_accepts() const { return accepts_.size(); }
  bool knows_extension() const { return peer_.knows_extension(); }
  bool says_hello() const { return peer_.says_hello(); }
  // Returns the epoch that the peer's last Hello names as this session's; 0: none.
  uint32_t named_epoch() const { return peer_.named_epoch(); }
  bool present() const { return peer_.presence().present(); }
  // Returns nullopt if there is no link, so that tcp to this peer runs in base mode.
  std::optional<link::Link::Stats> link_stats() const { return link_.stats(); }
  // Returns whether tcp will travel over the link, also before there is one.
  bool expects_link() const { return (peer_.shared_capabilities() & kCapLink) != 0; }
  // Returns whether the link's sums are right, for tests.
  bool sums_hold() const { return link_.sums_hold(); }
  bool sends_wait_for_room() const { return control_.is_waiting() || !turns_.empty(); }
  // Returns whether anything, also of the link, could not be sent for want of room: call pump()
  // when there may be some.
  bool waits_for_room() const { return sends_wait_for_room() || link_.waits_for_room(); }

 private:
  // The way by which a packet has come.
  enum class Way { kChannel, kLink };

  // MappingHost
  SendResult send_data(const Packet& packet) override;
  SendResult send_datagram(const Packet& packet, TimePoint now) override;
  bool admits_datagram(size_t bytes, size_t packets, TimePoint now) override {
    return link_.admits_datagram(bytes, packets, now);
  }
  void send_control(const Packet& packet, bool lossless_too) override;
  link::Link* link() override { return link_.get(); }
  std::shared_ptr<link::MemoryAccount> local_memory() override { return local_memory_; }
  void note_link_work() override;
  bool control_is_reliable() const override { return link_.carries_control(); }
  void wait_for_room(Mapping& mapping) override;
  void note_deadline(Mapping& mapping, TimePoint when) override;
  void mapping_opened(Mapping& mapping) override { mappings_.note_open(mapping.id()); }
  void mapping_ended(Mapping& mapping, KillReason reason, bool tell_peer, TimePoint now) override;

  // LinkOwner (peer_session_link.cc)
  void on_control(PacketId id, Bytes body, TimePoint now) override;
  bool is_over(MsgId stream) const override;
  void on_readable(MsgId stream, TimePoint now) override;
  void on_writable(MsgId stream, TimePoint now) override;
  void on_stream_error(MsgId stream, StreamError error, TimePoint now) override;
  void on_pump_wanted() override { on_link_work(); }
  void on_link_work() final { handler_.on_pump_wanted(*this); }

  // The link (peer_session_link.cc).
  void agree_on_link();
  uint32_t usable_capabilities() const;
  void receive_link(Bytes body, TimePoint now);

  // Incoming packets (peer_session_receive.cc).
  void receive_packet(const Packet& packet, Bytes body, PacketId id, Way way, TimePoint now);
  void receive_offer(const Offer& offer, Bytes offer_body, TimePoint now);
  void receive_accept(const Accept& accept, Way way, TimePoint now);
  void receive_kill(const Kill& kill, Way way, TimePoint now);
  void receive_hello(const Hello& hello, TimePoint now);
  void receive_fragment(const Fragment& fragment, TimePoint now);
  template <typename P>
  void receive_for_mapping(const P& packet, TimePoint now);
  std::optional<KillReason> refusal(const Accept& accept, const Offer& offer);
  void refuse(MsgId mapping_id, KillReason reason, TimePoint now);
  void open_accepted(const Accept& accept, const OffersMade::Made& made, MsgId mapping_id,
                     TimePoint now);
  void decide_accepts(TimePoint now);
  void answer_unknown(MsgId id, TimePoint now);
  void give_up_unopened(MsgId id);

  // The peer's identity (peer_session_receive.cc). The first two return false if the packet comes
  // from a process that is gone.
  bool observe(const std::optional<Extension>& extension, TimePoint now);
  bool observe_epoch(uint32_t epoch, uint32_t capabilities, TimePoint now);
  void note_heard(TimePoint now);
  void draw_own_epoch();
  void welcome_new_process(uint32_t replaced, TimePoint now);
  void forget_peer(KillReason reason, TimePoint now);

  void end_heard_offer(MsgId id, KillReason reason, TimePoint now);
  bool is_crowded() const;
  void kill(MsgId id, KillReason reason, TimePoint now);
  void send_hello(bool answer_wanted);
  void send_hello(uint32_t peer_epoch, bool answer_wanted);
  void update_presence(TimePoint now);
  void note_event(SessionEvents::Event event);
  void note_waiting();
  void report(const SessionEvents::Event& event);
  void send_waiting(TimePoint now);

  SessionHandler& handler_;
  Config config_;
  Counters counters_;
  Alarm alarm_;  // for all but the link

  RemotePeer peer_;
  PeerLink link_;
  const std::shared_ptr<link::MemoryAccount> local_memory_;
  ControlSender control_;
  OffersMade made_;
  OffersHeard heard_;
  MappingTable mappings_;
  SessionIds ids_;
  OfferSender offers_;
  RoomTurns turns_;
  DatagramAssembler assembler_;
  AcceptQueue accepts_;
  SessionEvents events_;
  bool reporting_ = false;  // inside report_events()
  bool sending_ = false;    // inside pump(), which reports afterwards
};

}  // namespace ngcshare
