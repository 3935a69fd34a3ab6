// The link to one remote peer (SPEC.md §8): reliable streams and control messages over lossy
// packets. It is QUIC without handshake and encryption, which NGC provides: loss detection after
// RFC 9002, streams and flow control after RFC 9000, a congestion controller and a pacer.
//
// No I/O and no clock. After any call but pump() and tick(), call pump() soon, once for many
// packets. At deadline(), call tick() and pump(). If the contact was full, call pump() when it has
// room again.
//
// The parts, in reading order: packet.h (wire format), send_stream.h and receive_stream.h (one
// stream), flow_control.h and memory_budget.h (bounds of all streams), ack_tracker.h
// (acknowledgements to send), sent_packets.h (packets in flight, loss), datagram_ledger.h
// (datagrams beside the link), congestion/controller.h and congestion/pacer.h (rate),
// packet_size_probe.h; then link_receive.cc and link_send.cc, which join them.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "protocol/congestion/controller.h"
#include "protocol/congestion/pacer.h"
#include "protocol/link/ack_tracker.h"
#include "protocol/link/datagram_ledger.h"
#include "protocol/link/flow_control.h"
#include "protocol/link/memory_budget.h"
#include "protocol/link/packet.h"
#include "protocol/link/packet_size_probe.h"
#include "protocol/link/receive_stream.h"
#include "protocol/link/send_stream.h"
#include "protocol/link/sent_packets.h"
#include "protocol/link/stream_queue.h"
#include "protocol/wire/contact.h"

namespace ngcshare::link {

// Receives the events of a link. The handler may call the link from inside any of these, but for
// receive(), pump() and tick().
class LinkHandler {
 public:
  virtual ~LinkHandler() = default;

  // Called when a control message arrives. The same one may arrive again.
  virtual void on_control(PacketId id, Bytes body, TimePoint now) = 0;
  // Returns true if `stream`, which is not open here, has been open and is over. Packets with bytes
  // of any other closed stream stay unacknowledged, because the message that opens it may still be
  // on its way.
  virtual bool is_over(MsgId stream) const = 0;
  // Called when the stream has bytes to read or has reached its end.
  virtual void on_readable(MsgId stream, TimePoint now) = 0;
  // Called when write() takes bytes again.
  virtual void on_writable(MsgId stream, TimePoint now) = 0;
  enum class StreamError {
    kProtocol,  // the peer has broken the protocol in the stream
    kMemory,    // memory is short, and of the streams that nobody reads this one holds the most
  };
  // The handler should abandon the stream.
  virtual void on_stream_error(MsgId stream, StreamError error, TimePoint now) = 0;
  // The link has something to do although nobody called it: call pump() soon. May be called from
  // inside a call of another link.
  virtual void on_pump_wanted() {}
};

class Link {
 public:
  struct Config {
    uint16_t send_token = 0;  // link_token()
    uint16_t receive_token = 0;
    CongestionAlgorithm congestion = CongestionAlgorithm::kBbr;
    MemoryBudget* memory = nullptr;     // of the process, must outlive the link; nullptr: no budget
    SharedLoss* shared_loss = nullptr;  // of the process, must outlive the link; nullptr: none
    Entropy* entropy = nullptr;         // must outlive the link; nullptr: leaves out no numbers
  };

  static constexpr FlowControl::Windows kWindows{};
  // Bytes accepted by write() and not sent yet: of one stream, and of all streams together. Many
  // streams have smaller shares, down to kMinUnsentBytes, which each has even if memory is short,
  // as long as MemoryAccount::may_take().
  static constexpr uint64_t kMaxUnsentBytes = 256 * 1024;
  static constexpr uint64_t kMinUnsentBytes = 16 * 1024;
  static constexpr uint64_t kMaxUnsentTogether = 4 * 1024 * 1024;
  // Wire bytes in flight over a TCP relay. toxcore's connection to a relay can wedge for good when
  // more is written than it gets rid of.
  static constexpr uint64_t kMaxInFlightOverRelay = 60'000;
  static constexpr size_t kMaxControlMessages = 8192;  // not acknowledged yet
  // A control message of this size fits into the smallest packet.
  static constexpr size_t kMaxControlBytes = 480;

  // Counters that only grow, and the current state of the path.
  struct Stats {
    uint64_t packets_sent = 0;
    uint64_t packets_received = 0;
    uint64_t packets_lost = 0;
    uint64_t packets_lost_wrongly = 0;  // counted as lost, but arrived after all
    uint64_t probe_timeouts = 0;
    uint64_t bytes_sent = 0;      // of streams, without retransmissions
    uint64_t bytes_repeated = 0;  // of streams, retransmitted
    uint64_t bytes_received = 0;  // of streams, consumed by the local side
    uint64_t counted_sent = 0;    // by flow control: one end's counted_sent and the other's
    uint64_t counted_taken = 0;   // counted_taken are the same when nothing is on its way
    uint64_t malformed = 0;       // packets, as are the next three
    uint64_t foreign = 0;         // of another epoch
    uint64_t duplicates = 0;
    uint64_t refused = 0;  // left unacknowledged

    Duration rtt{};
    Duration min_rtt{};
    double delivery_rate = 0;          // wire bytes per second
    uint64_t window = 0;               // wire bytes
    uint64_t in_flight = 0;            // wire bytes, without datagrams
    uint64_t datagrams_in_flight = 0;  // wire bytes
    uint64_t datagrams_lost = 0;       // packets of them
    uint64_t unread = 0;               // bytes of streams that have arrived, not read yet
    size_t packet_bytes = 0;           // largest body that is sent
    size_t streams = 0;                // open, or not acknowledged to their ends
    const char* congestion_state = "";
  };

  // `contact` and `handler` must outlive the link.
  Link(Contact& contact, LinkHandler& handler, const Config& config);

  // -- streams --------------------------------------------------------------------------
  // Opens a stream in both directions. Does nothing if it is open.
  void open(MsgId stream);
  bool is_open(MsgId stream) const { return streams_.contains(stream); }
  // Returns the number of streams that are open, or released but not fully acknowledged.
  size_t stream_count() const { return streams_.size(); }
  // Returns the number of streams that have ended here and whose end the peer has not acknowledged.
  size_t unfinished_ends() const { return released_ + unacked_resets_.size(); }
  // Takes bytes to send and returns their number. on_writable() follows if some were left. Takes
  // none if the stream is not open or has been finished.
  size_t write(MsgId stream, Bytes bytes);
  // Ends the stream in the sending direction, after the bytes written so far.
  void finish(MsgId stream);
  // Returns the next bytes in order, up to a few kilobytes, or none if none have arrived. Valid
  // until the next call that is not const.
  Bytes readable(MsgId stream) const;
  // Removes the first `bytes` of readable(). REQUIRES: bytes <= readable().size().
  void consume(MsgId stream, size_t bytes, TimePoint now);
  // Makes the next pump() call on_readable() if there is something to read, for an owner that left
  // bytes unread.
  void note_readable(MsgId stream);
  // Returns true if the peer has ended the stream and everything has been read.
  bool at_end(MsgId stream) const;
  // Returns true if the peer's end of the stream has arrived; bytes before it may be missing yet.
  bool fin_received(MsgId stream) const;
  // Closes a stream that the local side has finished and read to its end. Bytes written are still
  // delivered.
  void release(MsgId stream);
  // Closes a stream at once: drops unsent and unread bytes, and resets it if the peer has not all.
  void abandon(MsgId stream);
  // Records that a stream was never opened here and never will be, so that its RESET counts in flow
  // control: bytes of it may have come after an Accept.
  void give_up_unopened(MsgId stream);

  // -- control --------------------------------------------------------------------------
  // Sends a packet of the draft, by id and body; it arrives once or more. Returns false if
  // kMaxControlMessages wait or it is longer than kMaxControlBytes.
  bool send_control(PacketId id, Bytes body);

  // -- packets --------------------------------------------------------------------------
  // Takes a link packet, mark included. Returns false if it is malformed or belongs to another
  // link.
  bool receive(Bytes body, TimePoint now);
  // -- datagrams, which travel beside the link on the same path, neither kept nor held back
  // -------- Says whether both sides report in acknowledgements how many datagrams have arrived.
  void set_datagrams_reported(bool reported);
  // Counts a packet of a datagram as sent: in the pace, in what is in flight and in the path's
  // rate.
  void on_datagram_sent(size_t body_bytes, TimePoint now);
  // Counts a packet of a datagram that has arrived.
  void on_datagram_received() { acks_.on_datagram_received(); }

  // -- path -----------------------------------------------------------------------------
  // Says whether the path is a TCP relay. A change makes the link measure the path anew.
  void set_relayed(bool relayed, TimePoint now);
  // Stops sending until resume(), because the peer is gone.
  void suspend() { suspended_ = true; }
  // Resumes sending when the peer is back, perhaps by another path: packets that were in flight
  // count as lost, and the path is measured anew. Does nothing if the link is not suspended.
  void resume(TimePoint now);
  bool suspended() const { return suspended_; }

  // -- time -----------------------------------------------------------------------------
  // Calls on_readable() for streams with new bytes, then sends what window, pacer and contact
  // allow.
  void pump(TimePoint now);
  // Handles timers that are due: finds lost packets and prepares probes, which pump() sends.
  void tick(TimePoint now);
  // Returns the time of the next tick() and pump(), or nullopt if nothing is pending.
  std::optional<TimePoint> deadline() const;

  // Returns whether the contact refused the last packet because it was full.
  bool waits_for_room() const { return !suspended_ && stopped_by_ == SendOutcome::kContactRefused; }

  Stats stats() const;
  // Returns the bytes of memory that streams hold.
  uint64_t buffered_bytes() const { return memory_.held(); }
  const FlowControl& flow() const { return flow_; }
  // Returns whether the sums of flow control and memory are those of the streams; for tests.
  bool sums_hold() const;

 private:
  struct Stream {
    Stream(FlowControl& flow, MemoryAccount& memory)
        : out(kWindows.initial_stream, &memory), in(flow, &memory) {}

    uint64_t buffered_bytes() const { return in.buffered_bytes() + out.buffered_bytes(); }

    SendStream out;
    ReceiveStream in;
    Progress progress;     // of what is read and acknowledged
    bool in_turn = false;  // is in turns_
    enum class Room : uint8_t {
      kUnwanted,
      kWanted,  // write() took less than it was given
      kMade,    // on_writable() is due: is in room_made_
    };
    Room room = Room::kUnwanted;
    StreamQueue::Place repair;        // in repairs_
    StreamQueue::Place held_back;     // in held_back_
    StreamQueue::Place wants_memory;  // in want_memory_
    bool send_limit = false;          // in.limit() must be sent
    bool readable_noted = false;      // is in readable_
    bool released = false;
  };
  struct Control {
    PacketId id;
    std::vector<uint8_t> body;
  };

  Stream* find(MsgId id);
  const Stream* find(MsgId id) const;
  uint64_t unsent_limit() const;
  uint64_t write_room(const Stream& stream) const;
  void give_turn(MsgId id, Stream& stream);
  void note_limit(MsgId id, Stream& stream);
  Stream* next_stream(MsgId& id);
  bool has_memory(const Stream& stream) const { return write_room(stream) >= kMinUnsentBytes / 2; }
  void note_room(MsgId id, Stream& stream);

  // Receiving (link_receive.cc). These return false if the packet must stay unacknowledged.
  bool handle_frame(const LinkFrame& frame, TimePoint now);
  bool handle(const StreamFrame& frame, TimePoint now);
  bool is_settled_by(const StreamFrame& frame);
  bool handle(const ResetFrame& frame, TimePoint now);
  void handle(const AckFrame& frame, TimePoint now);
  void settle_datagrams(const AckFrame& frame, TimePoint before,
                        CongestionController::Event& event);
  void on_frames_acked(const SentPacket& packet);
  void on_frames_lost(const SentPacket& packet);
  void on_lost(const std::vector<SentPacket>& lost, TimePoint now);
  void report(CongestionController::Event& event, const std::vector<SentPacket>& lost);
  void deliver(TimePoint now);
  void give_up_stuck_stream(TimePoint now);

  // Sending (link_send.cc). kContactRefused: it was full or gone.
  enum class SendOutcome { kSent, kNothingToSend, kWindowFull, kHeldByPacer, kContactRefused };
  SendOutcome try_send_packet(TimePoint now);
  bool has_something_to_send() const;
  uint64_t window() const;
  uint64_t all_in_flight() const { return sent_.bytes_in_flight() + datagrams_.bytes_in_flight(); }
  bool window_has_room() const;
  bool starved_by_datagrams() const;
  void forget_old_datagrams(TimePoint now);
  void fill(PacketWriter& out, SentPacket& packet, TimePoint now);
  void fill_control(PacketWriter& out, SentPacket& packet);
  void fill_limits(PacketWriter& out, SentPacket& packet);
  void fill_resets(PacketWriter& out, SentPacket& packet);
  void fill_streams(PacketWriter& out, SentPacket& packet);
  bool transmit(Frame& frame, SentPacket& packet, TimePoint now);
  void send_size_probe(TimePoint now);
  void send_ack(TimePoint now);
  bool transmit_ack(Frame& frame);
  void offer_room(TimePoint now);
  void offer_room(MsgId id, TimePoint now);
  Header next_header() const;
  Duration probe_wait() const;

  Contact& contact_;
  LinkHandler& handler_;
  const Config config_;

  MemoryAccount memory_;
  FlowControl flow_;
  std::unordered_map<MsgId, std::unique_ptr<Stream>> streams_;
  // Queues of streams. They may hold ids of closed streams, which are skipped.
  std::deque<MsgId> turns_;                             // with something to send, in turn
  std::vector<MsgId> readable_;                         // to be reported to the handler
  std::vector<MsgId> room_made_;                        // whose write() takes bytes again
  std::vector<MsgId> limits_;                           // whose limit must be sent
  std::vector<MsgId> resets_;                           // of unacked_resets_, to be sent
  std::unordered_map<MsgId, uint64_t> unacked_resets_;  // final offsets of abandoned streams
  size_t released_ = 0;
  // These hold open streams only.
  StreamQueue repairs_;      // with lost bytes, which go ahead of all new ones
  StreamQueue held_back_;    // with new bytes that wait only for the link's limit to rise
  StreamQueue want_memory_;  // whose write() takes bytes again when the others hold fewer

  std::map<uint64_t, Control> control_;  // not acknowledged yet, by number
  std::deque<uint64_t> control_queue_;   // numbers of those to be sent
  uint64_t next_control_ = 0;

  AckTracker acks_;
  SentPackets sent_;
  DatagramLedger datagrams_;
  bool datagrams_reported_ = false;
  RttEstimator rtt_;
  RateSampler sampler_;
  std::unique_ptr<CongestionController> congestion_;
  Pacer pacer_;
  PacketSizeProbe size_probe_;
  std::vector<LinkFrame> frames_;  // of the packet being read

  Stats stats_;
  TimePoint now_{};         // of the last call that told it
  int timeouts_ = 0;        // probe timeouts in a row
  int probes_to_send_ = 0;  // packets that may ignore window and pacer
  bool relayed_ = false;
  bool suspended_ = false;
  SendOutcome stopped_by_ = SendOutcome::kNothingToSend;  // why the last pump() stopped sending
};

}  // namespace ngcshare::link
