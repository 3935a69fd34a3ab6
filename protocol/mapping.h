// One running connection between a local program here and one there: what was made from an Offer
// by Accept and Ack-Acc (SPEC.md §5). No I/O, no clock: bytes and times are handed in, packets go
// out through the host.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/clock.h"
#include "protocol/contact.h"
#include "protocol/packet.h"
#include "protocol/retry.h"
#include "protocol/stream_window.h"

namespace ngcshare {

namespace link {
class Link;
}
class Mapping;

// What a mapping tells the local side: the socket it serves. The sink may call the mapping back
// from inside any of these but on_closed.
class MappingSink {
 public:
  virtual ~MappingSink() = default;

  // Acceptor: the other side has reached its target; bytes may be written from now on.
  virtual void on_established() = 0;
  // Bytes of the stream, in order. The sink reports them with Mapping::consumed() when the local
  // program has taken them. The span is valid during the call.
  virtual void on_stream_data(Bytes bytes) = 0;
  // The other side will send no more bytes; the own direction is still open.
  virtual void on_stream_end() = 0;
  virtual void on_datagram(Bytes bytes) = 0;
  // There is room again after write() took less than it was given.
  virtual void on_writable() = 0;
  // The mapping is over. The last call; the mapping dies soon after it.
  virtual void on_closed(KillReason reason) = 0;
};

// What a mapping needs of the session that owns it.
class MappingHost {
 public:
  virtual ~MappingHost() = default;

  // Sends a Data packet (tcp or udp) behind all control packets that wait for room.
  virtual SendResult send_data(const Packet& packet) = 0;
  // Sends a control packet; it is queued when there is no room.
  virtual void send_control(const Packet& packet, bool lossless_too) = 0;
  // The link to the peer; nullptr: there is none.
  virtual link::Link* link() = 0;
  // Something was done with the link from outside: it is to be pumped soon.
  virtual void note_link_work() = 0;
  // Whether a control packet arrives without being repeated by the mapping.
  virtual bool control_is_reliable() const = 0;
  // The mapping found no room: call its on_writable() when there is some.
  virtual void wait_for_room(Mapping& mapping) = 0;
  virtual void note_deadline(TimePoint when) = 0;
  // The mapping has ended. `tell_peer`: with a Kill that is repeated where the peer answers it.
  virtual void mapping_ended(Mapping& mapping, KillReason reason, bool tell_peer,
                             TimePoint now) = 0;
};

class Mapping {
 public:
  enum class Role { kOfferer, kAcceptor };
  enum class State {
    kDeciding,   // offerer: Accept has come, the target is being connected
    kAccepting,  // acceptor: Accept is out, Ack-Acc has not come
    kOpen,
    kClosed,
  };

  // How long an Accept waits for its answer.
  static constexpr Duration kAcceptTimeout = std::chrono::seconds(15);
  // How long an acceptor whose local program ended its direction waits for more bytes from a peer
  // that cannot be told of a half-close.
  static constexpr Duration kLingerTimeout = std::chrono::seconds(10);

  struct Identity {
    Role role = Role::kOfferer;
    MsgId id = 0;
    MsgId offer_id = 0;
    TransportSet transports;
    uint32_t capabilities = 0;  // acceptor: what may come into force; offerer: what is in force
  };

  Mapping(MappingHost& host, const Identity& identity);
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  // -- for the local side ------------------------------------------------------------------

  // Whether stream bytes travel over the link. Otherwise: in lossless packets (base mode).
  bool over_link() const { return has(kCapLink) && identity_.transports.tcp; }
  // Whether write() and finish() may be called: with kCapEarly before the answer to Accept.
  bool may_send() const { return state_ == State::kOpen || early_; }

  // Sets who hears of this mapping; outlives the mapping or is reset to nullptr before it dies.
  void set_sink(MappingSink* sink) { sink_ = sink; }
  MappingSink* sink() const { return sink_; }

  Role role() const { return identity_.role; }
  State state() const { return state_; }
  MsgId id() const { return identity_.id; }
  MsgId offer_id() const { return identity_.offer_id; }
  TransportSet transports() const { return identity_.transports; }
  bool has(Capability capability) const { return (identity_.capabilities & capability) != 0; }

  // Offerer: the target is there. Sends Ack-Acc. REQUIRES: kDeciding.
  void acknowledge();

  // Sends stream bytes as far as there is room; returns how many were taken. When it is not all of
  // them on_writable() follows. REQUIRES: may_send() and no finish() before.
  size_t write(Bytes bytes);

  // The local program will send no more. Where the peer knows kCapWindow it learns that alone;
  // otherwise an offerer's mapping ends, and an acceptor's after kLingerTimeout without bytes.
  // Where that ends the mapping at once, on_closed() is called from inside. REQUIRES: may_send().
  void finish(TimePoint now);

  // The local program has taken this many bytes of on_stream_data().
  void consumed(size_t bytes);

  // The local program takes nothing at the moment, or does again: over the link no more bytes are
  // handed out meanwhile. In base mode they come all the same.
  void pause_reading() { reading_paused_ = true; }
  void resume_reading();

  // Sends one datagram, in pieces where it is large and the peer knows kCapFragment. False when it
  // was dropped: too large or no room, as UDP does.
  bool send_datagram(Bytes bytes);

  // Ends the mapping and tells the peer why. on_closed() is not called: the caller knows.
  void close(KillReason reason, TimePoint now);

  // -- for the session ---------------------------------------------------------------------

  // Acceptor: sends the first Accept and begins to repeat it.
  void start_accepting(TimePoint now);
  void receive(const AckAcc& ack, TimePoint now);
  void receive(const StreamData& data, TimePoint now);
  void receive(const Window& window, TimePoint now);
  void receive(const Datagram& datagram, TimePoint now);
  // The link has bytes of the stream, or its end; or takes bytes again.
  void link_readable(TimePoint now);
  // Over the link, and nothing is left but to hand out what the peer has sent: it may have
  // forgotten the mapping already.
  bool ends_by_itself() const;
  // The peer has broken the link's rules in this stream.
  void link_error(TimePoint now);
  // The same Accept came again: answers it again, opens nothing.
  void receive_repeated_accept();
  // Ends here because the peer said so, left or restarted.
  void closed_by_peer(KillReason reason, TimePoint now);

  void room_again(TimePoint now);
  void tick(TimePoint now);
  // When tick() is due; nullopt: never.
  std::optional<TimePoint> deadline() const;

  // Says again what a lost packet may have kept from the peer; now and then.
  void repeat_window();
  // Asks the peer, with an Ack-Acc, whether it holds this mapping too; a Kill answers if not.
  void check();

  // The session keeps this: whether it stands in the queue of those that wait for room.
  bool waiting_for_room = false;
  // What Accept says in its extension besides the capabilities; set before start_accepting().
  void set_accept(Accept accept) { accept_ = std::move(accept); }
  // Offerer: whether Ack-Acc carries an extension, which a peer that sent none is spared.
  void set_peer_knows_extension(bool knows) { peer_knows_extension_ = knows; }

 private:
  void send_accept();
  void send_ack_acc();
  Extension in_force() const;
  void establish(uint32_t capabilities);
  bool send_fragments(Bytes bytes);
  void read_again();
  void send_pending_finish(TimePoint now);
  void end_if_both_finished(TimePoint now);
  void end(KillReason reason, bool tell_peer, bool tell_sink, TimePoint now);
  bool usable_for_data(Transport transport, TimePoint now);

  MappingHost& host_;
  Identity identity_;
  State state_;
  MappingSink* sink_ = nullptr;
  StreamWindow window_;
  Accept accept_;
  Retry accept_retry_;
  std::optional<TimePoint> accept_timeout_;
  std::optional<TimePoint> linger_timeout_;
  int accept_repeats_ = 0;
  uint16_t next_datagram_ = 0;  // number of the next one that is split
  bool early_ = false;          // kAccepting, and bytes may be sent
  bool sent_early_ = false;     // before the answer to Accept
  bool reading_paused_ = false;
  bool ack_acc_sent_ = false;
  bool peer_knows_extension_ = false;
  bool finish_wanted_ = false;    // finish() was called
  bool finish_sent_ = false;      // and the peer has been told
  bool finish_received_ = false;  // the peer has ended its direction
};

}  // namespace ngcshare
