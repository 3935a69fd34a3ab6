// One connection between a local program here and one at the peer, made from an Offer by Accept and
// Ack-Acc (SPEC.md §5). No I/O, no clock: bytes and times are passed in, packets go out through the
// host.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "protocol/base/clock.h"
#include "protocol/base/retry.h"
#include "protocol/session/stream_window.h"
#include "protocol/wire/contact.h"
#include "protocol/wire/packet.h"

namespace ngcshare {

namespace link {
class Link;
class MemoryAccount;
}  // namespace link
class Mapping;

// Receives a mapping's events for the local socket that it serves. May call the mapping back from
// inside any of these functions. A sink that is destroyed gets no more events; it may be destroyed
// only while no call of a session is on the stack (session_call.h), as in on_closed().
class MappingSink {
 public:
  MappingSink() = default;
  virtual ~MappingSink();
  MappingSink(const MappingSink&) = delete;
  MappingSink& operator=(const MappingSink&) = delete;

  // Acceptor: the other side has reached its target. Bytes may be written from now on.
  virtual void on_established() = 0;
  // Stream bytes have come, in order. The sink calls Mapping::consumed() when the local program has
  // taken them. The span is valid during the call.
  virtual void on_stream_data(Bytes bytes) = 0;
  // The other side will send no more bytes. This side's direction is still open.
  virtual void on_stream_end() = 0;
  virtual void on_datagram(Bytes bytes) = 0;
  // write() takes bytes again after it took less than it was given.
  virtual void on_writable() = 0;
  // The mapping has ended. This is the last call, and no call of a session is on the stack.
  virtual void on_closed(KillReason reason) = 0;

 private:
  friend class Mapping;
  std::shared_ptr<MappingSink*> handle_ = std::make_shared<MappingSink*>(this);
};

// Gives a mapping what it needs of the session that owns it.
class MappingHost {
 public:
  virtual ~MappingHost() = default;

  // Sends tcp Data. It is refused with kFull while control packets wait.
  virtual SendResult send_data(const Packet& packet) = 0;
  // Sends udp Data or a Fragment, which the link counts as in flight on its path.
  virtual SendResult send_datagram(const Packet& packet, TimePoint now) = 0;
  // Returns whether a datagram of `bytes` bytes in `packets` Data packets may be sent now, and
  // counts it as sent. Over a relay only a little may be in flight.
  virtual bool admits_datagram(size_t bytes, size_t packets, TimePoint now) = 0;
  // Sends a control packet, or queues it if there is no room. Sends only a copy on the lossy
  // channel unless `lossless_too`.
  virtual void send_control(const Packet& packet, bool lossless_too) = 0;
  // Returns the link to the peer, or nullptr if there is none.
  virtual link::Link* link() = 0;
  // Returns the account of what waits between the peer and the local programs.
  virtual std::shared_ptr<link::MemoryAccount> local_memory() = 0;
  // Requests a Link::pump() soon, because the mapping has used link().
  virtual void note_link_work() = 0;
  // Returns whether control packets arrive without being repeated by the mapping.
  virtual bool control_is_reliable() const = 0;
  // The mapping found no room: call its room_again() when there is some.
  virtual void wait_for_room(Mapping& mapping) = 0;
  // The mapping needs tick() at `when`.
  virtual void note_deadline(Mapping& mapping, TimePoint when) = 0;
  // The mapping is open from now until its end.
  virtual void mapping_opened(Mapping& mapping) = 0;
  // The mapping has ended: call its report_end() when no call of a session is on the stack.
  // `tell_peer`: send a Kill, and repeat it if the peer acknowledges Kills.
  virtual void mapping_ended(Mapping& mapping, KillReason reason, bool tell_peer,
                             TimePoint now) = 0;
};

// Shared by the session and by those who use it. After its end every call of it does nothing, so a
// user need not know of the end in the moment in which it happens.
class Mapping : public std::enable_shared_from_this<Mapping> {
 public:
  enum class Role { kOfferer, kAcceptor };
  enum class State {
    kDeciding,   // offerer: Accept has come, the target is being connected
    kAccepting,  // acceptor: Accept has been sent, Ack-Acc has not come
    kOpen,
    kClosed,
  };

  // An acceptor waits this long for the answer to its Accept.
  static constexpr Duration kAcceptTimeout = std::chrono::seconds(15);
  // An acceptor whose local program ended its direction waits this long for more bytes from a peer
  // that does not understand a half-close.
  static constexpr Duration kLingerTimeout = std::chrono::seconds(10);

  struct Identity {
    Role role = Role::kOfferer;
    MsgId id = 0;
    MsgId offer_id = 0;
    TransportSet transports;
    uint32_t capabilities = 0;  // offerer: those in force; acceptor: those that may come into force
  };

  // The host must outlive the mapping or be taken from it by orphan().
  Mapping(MappingHost& host, const Identity& identity);
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  // -- for the local side ------------------------------------------------------------------

  // Returns whether stream bytes travel over the link; otherwise in lossless packets (base mode).
  bool over_link() const { return has(kCapLink) && identity_.transports.tcp; }
  // Returns whether write() and finish() may be called: with kCapEarly before the answer to Accept.
  bool may_send() const { return state_ == State::kOpen || early_; }

  // Sets the receiver of this mapping's events, or none (nullptr).
  void set_sink(MappingSink* sink) { sink_ = sink == nullptr ? nullptr : sink->handle_; }
  // Returns nullptr if there is none, or none any more.
  MappingSink* sink() const { return sink_ == nullptr ? nullptr : *sink_; }

  Role role() const { return identity_.role; }
  State state() const { return state_; }
  MsgId id() const { return identity_.id; }
  MsgId offer_id() const { return identity_.offer_id; }
  TransportSet transports() const { return identity_.transports; }
  bool has(Capability capability) const { return (identity_.capabilities & capability) != 0; }

  // Returns the account that pays for what the sink holds of this mapping's bytes, which may
  // outlive the session. All mappings of a peer share it.
  const std::shared_ptr<link::MemoryAccount>& local_memory() const { return local_memory_; }

  // Offerer: the target is connected. Sends Ack-Acc. REQUIRES: kDeciding or kClosed.
  void acknowledge();

  // Sends stream bytes as far as there is room. Returns the number of bytes taken; if it is not all
  // of them, on_writable() or on_closed() follows. REQUIRES: no finish() before.
  size_t write(Bytes bytes);

  // The local program will send no more. Over the link or with kCapWindow only this direction ends.
  // Otherwise an offerer's mapping ends at once, and an acceptor's after kLingerTimeout without
  // bytes. REQUIRES: may_send() or kClosed.
  void finish(TimePoint now);

  // The local program has taken this many of the bytes given to on_stream_data().
  void consumed(size_t bytes);

  // Stops and resumes on_stream_data() over the link, for a local program that takes nothing at the
  // moment. In base mode bytes come all the same.
  void pause_reading() { reading_paused_ = true; }
  void resume_reading();

  // Sends one datagram, in pieces if it is large and kCapFragment is in force. Returns false if it
  // was dropped, as UDP does: it is too large or there is no room.
  bool send_datagram(Bytes bytes, TimePoint now);

  // Ends the mapping and tells the peer why. on_closed() does not follow, because the caller knows.
  void close(KillReason reason, TimePoint now);

  // -- for the session ---------------------------------------------------------------------

  // Acceptor: sends the first Accept and begins to repeat it.
  void start_accepting(TimePoint now);
  void receive(const AckAcc& ack, TimePoint now);
  void receive(const StreamData& data, TimePoint now);
  void receive(const Window& window, TimePoint now);
  void receive(const Datagram& datagram, TimePoint now);
  // The link has bytes of the stream, or its end.
  void link_readable(TimePoint now);
  // Returns true if both directions were ended and read to their ends, so that the stream of the
  // link may still deliver its last bytes; any other end gives the stream up.
  bool both_finished() const { return finish_sent_ && finish_received_; }
  // Returns true if all that remains is to deliver received bytes of the link locally. The mapping
  // then needs no peer, which may have forgotten it.
  bool ends_by_itself() const;
  // The same Accept has come again: answers it again, opens nothing.
  void receive_repeated_accept();
  // Ends the mapping without telling the peer, which has ended it, left or restarted.
  void closed_by_peer(KillReason reason, TimePoint now);
  // Ends the mapping and tells both the peer and the sink why.
  void close_both(KillReason reason, TimePoint now);
  // Calls on_closed() if the end is news to the sink. REQUIRES: kClosed; no call of a session is on
  // the stack.
  void report_end();
  // Ends the mapping without a word to anybody: the host is about to be destroyed.
  void orphan() {
    state_ = State::kClosed;
    early_ = false;
  }

  // The host or the link has room for bytes again.
  void room_again(TimePoint now);
  void tick(TimePoint now);
  // Returns the time at which tick() is due, or nullopt for never.
  std::optional<TimePoint> deadline() const;

  // Repeats the window limit if its packet may have been lost; call it now and then.
  void repeat_window();
  // Asks the peer with an Ack-Acc whether it holds this mapping too; a Kill answers if not.
  void check();

  // Kept by RoomTurns: the mapping is in its queue.
  bool waiting_for_room = false;
  // Acceptor: sets the Accept to send; call it before start_accepting().
  void set_accept(Accept accept) { accept_ = std::move(accept); }
  // Offerer: Ack-Acc carries an extension only to a peer that has sent one.
  void set_peer_knows_extension(bool knows) { peer_knows_extension_ = knows; }

 private:
  void send_accept();
  void send_ack_acc();
  Extension in_force() const;
  void establish(uint32_t capabilities);
  bool send_fragments(Bytes bytes, TimePoint now);
  void read_again();
  void send_pending_finish(TimePoint now);
  void end_if_both_finished(TimePoint now);
  enum class Tell { kPeer, kSink, kBoth };
  void end(KillReason reason, Tell tell, TimePoint now);
  bool usable_for_data(Transport transport, TimePoint now);

  MappingHost& host_;
  Identity identity_;
  const std::shared_ptr<link::MemoryAccount> local_memory_;
  State state_;
  std::shared_ptr<MappingSink*> sink_;       // nullptr, or to nullptr: no sink
  std::optional<KillReason> end_to_report_;  // after the end, for the sink
  StreamWindow window_;
  Accept accept_;
  Retry accept_retry_;
  std::optional<TimePoint> accept_timeout_;
  std::optional<TimePoint> linger_timeout_;
  int accept_repeats_ = 0;      // acceptor: sent; offerer: received, as far as it matters
  uint16_t next_datagram_ = 0;  // number of the next one that is split
  bool early_ = false;          // kAccepting, and bytes may be sent
  bool sent_early_ = false;     // bytes were sent before the answer to Accept
  bool reading_paused_ = false;
  bool ack_acc_sent_ = false;
  bool peer_knows_extension_ = false;
  bool finish_wanted_ = false;    // finish() was called
  bool finish_sent_ = false;      // and sent to the peer
  bool finish_received_ = false;  // the peer has ended its direction
};

}  // namespace ngcshare
