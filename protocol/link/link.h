// The link to one remote peer (SPEC.md §8): reliable streams and control messages over lossy
// packets, in the manner of QUIC without its handshake and encryption, which NGC gives.
// Acknowledged packet numbers, RFC 9002's loss detection, RFC 9000's streams and flow control, a
// congestion controller and a pacer. Streams take turns.
//
// No I/O and no clock. After any call but pump() and tick(): call pump() soon, once for many
// packets; call tick() and pump() when deadline() has come. When the contact was full: call pump()
// when it has room again.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "protocol/contact.h"
#include "protocol/link/ack_tracker.h"
#include "protocol/link/congestion.h"
#include "protocol/link/link_packet.h"
#include "protocol/link/pacer.h"
#include "protocol/link/packet_size_probe.h"
#include "protocol/link/receive_credit.h"
#include "protocol/link/receive_stream.h"
#include "protocol/link/send_stream.h"
#include "protocol/link/sent_packets.h"

namespace ngcshare::link {

// What a link tells its owner, who may call it back from inside any of these.
class LinkHandler {
 public:
  virtual ~LinkHandler() = default;

  // A control message has arrived; it may come again.
  virtual void on_control(PacketId id, Bytes body, TimePoint now) = 0;
  // Whether the stream, which is not open here, has been and is over. Packets with bytes of others
  // are left unacknowledged, for what opens the stream may still be on its way.
  virtual bool is_over(MsgId stream) const = 0;
  // There is something to read, or the stream's end has come.
  virtual void on_readable(MsgId stream, TimePoint now) = 0;
  // write() takes bytes again.
  virtual void on_writable(MsgId stream, TimePoint now) = 0;
  // The peer has broken the rules in a stream; abandon it.
  virtual void on_stream_error(MsgId stream, TimePoint now) = 0;
};

class Link {
 public:
  struct Config {
    uint16_t send_token = 0;  // link_token()
    uint16_t receive_token = 0;
    CongestionAlgorithm congestion = CongestionAlgorithm::kBbr;
    MemoryBudget* memory = nullptr;  // of the process; outlives the link. nullptr: without
  };

  // Bytes that the other side may be ahead of the reader: at first, and when the window has grown.
  static constexpr uint64_t kInitialStreamWindow = 256 * 1024;
  static constexpr uint64_t kMaxStreamWindow = 16 * 1024 * 1024;
  static constexpr uint64_t kInitialLinkWindow = 1024 * 1024;
  static constexpr uint64_t kMaxLinkWindow = 32 * 1024 * 1024;
  // Bytes that are taken from local programs before they can be sent: of one stream, and together.
  static constexpr uint64_t kMaxUnsentBytes = 256 * 1024;
  static constexpr uint64_t kMinUnsentBytes = 16 * 1024;
  static constexpr uint64_t kMaxUnsentTogether = 4 * 1024 * 1024;
  // Bytes that are kept in all until they are acknowledged, at first and at the most. An honest
  // peer never lets more wait.
  static constexpr uint64_t kInitialHeldTogether = kInitialLinkWindow + kMaxUnsentTogether;
  static constexpr uint64_t kMaxHeldTogether = kMaxLinkWindow + kMaxUnsentTogether;
  // Over a TCP relay more can wedge toxcore's connection for good.
  static constexpr uint64_t kMaxInFlightOverRelay = 60'000;
  static constexpr size_t kMaxControlMessages = 8192;
  // Fits into the smallest packet.
  static constexpr size_t kMaxControlBytes = 480;

  // Only ever grow, but for the state at the end.
  struct Stats {
    uint64_t packets_sent = 0;
    uint64_t packets_received = 0;
    uint64_t packets_lost = 0;
    uint64_t packets_lost_wrongly = 0;  // counted as lost, and arrived after all
    uint64_t probe_timeouts = 0;
    uint64_t bytes_sent = 0;      // of streams, without repetition
    uint64_t bytes_repeated = 0;  // of streams, sent again
    uint64_t bytes_received = 0;  // of streams, in order
    uint64_t malformed = 0;
    uint64_t foreign = 0;  // of another epoch
    uint64_t duplicates = 0;
    uint64_t refused = 0;  // packets left unacknowledged

    Duration rtt{};
    Duration min_rtt{};
    double delivery_rate = 0;  // wire bytes per second
    uint64_t window = 0;       // wire bytes
    uint64_t in_flight = 0;
    size_t packet_bytes = 0;
    const char* congestion_state = "";
  };

  // Contact and handler outlive the link.
  Link(Contact& contact, LinkHandler& handler, const Config& config);

  // -- streams --------------------------------------------------------------------------
  void open(MsgId stream);
  bool is_open(MsgId stream) const { return streams_.contains(stream); }
  // Streams that are open, or released and not all acknowledged.
  size_t stream_count() const { return streams_.size(); }
  // How many bytes were taken. When it is not all of them on_writable() follows.
  size_t write(MsgId stream, Bytes bytes);
  void finish(MsgId stream);
  // What comes next in order, up to a few kilobytes; empty: nothing now.
  Bytes readable(MsgId stream) const;
  // REQUIRES: bytes <= readable().size().
  void consume(MsgId stream, size_t bytes, TimePoint now);
  // Calls on_readable() in the next pump() if there is something: for an owner that let it lie.
  void note_readable(MsgId stream);
  // All has been read and the peer has ended the stream.
  bool at_end(MsgId stream) const;
  // The peer's end is known: what is missing before it is on its way.
  bool fin_received(MsgId stream) const;
  // The local side has finished and read to the end: what was written still arrives.
  void release(MsgId stream);
  // Neither what was written nor what comes is wanted any more.
  void abandon(MsgId stream);
  // The peer has given up a stream that was never opened here.
  void note_never_opened(MsgId stream);

  // -- control --------------------------------------------------------------------------
  // A packet of the draft, by id and body; arrives once or more. False: too many wait, or it is
  // longer than kMaxControlBytes.
  bool send_control(PacketId id, Bytes body);

  // -- packets --------------------------------------------------------------------------
  // A link packet, mark included. False: it is none of this link's.
  bool receive(Bytes body, TimePoint now);
  // A packet that is not the link's goes the same way.
  void on_foreign_packet_sent(size_t body_bytes) { pacer_.on_sent(body_bytes + kOverheadBytes); }

  // -- path -----------------------------------------------------------------------------
  void set_relayed(bool relayed, TimePoint now);
  // Nothing can be sent until resume().
  void suspend() { suspended_ = true; }
  // The peer is back, perhaps by another path: what was on its way is sent again.
  void resume(TimePoint now);
  bool suspended() const { return suspended_; }

  // -- time -----------------------------------------------------------------------------
  void pump(TimePoint now);
  void tick(TimePoint now);
  std::optional<TimePoint> deadline() const;

  Stats stats() const;
  // Memory held by streams, for tests of limits.
  uint64_t buffered_bytes() const;

 private:
  struct Stream {
    SendStream out{kInitialStreamWindow};
    ReceiveStream in{kInitialStreamWindow, kMaxStreamWindow};
    bool in_turn = false;         // stands in turns_
    bool wants_room = false;      // write() has taken less than it was given
    bool send_limit = false;      // in.limit() is to be sent
    bool readable_noted = false;  // stands in readable_
    bool released = false;
  };
  struct Control {
    PacketId id;
    std::vector<uint8_t> body;
  };

  Stream* find(MsgId id);
  const Stream* find(MsgId id) const;
  uint64_t unsent_limit() const;
  uint64_t link_room() const { return peer_link_limit_ - new_bytes_sent_; }
  void give_turn(MsgId id, Stream& stream);

  // Receiving (link_receive.cc). False: the packet is to stay unacknowledged.
  bool handle_frame(const LinkFrame& frame, TimePoint now);
  bool handle(const StreamFrame& frame, TimePoint now);
  bool handle(const ResetFrame& frame, TimePoint now);
  void handle(const AckFrame& frame, TimePoint now);
  void on_frames_acked(const SentPacket& packet);
  void on_frames_lost(const SentPacket& packet);
  void on_lost(const std::vector<SentPacket>& lost, TimePoint now);
  void report(CongestionController::Event& event, const std::vector<SentPacket>& lost);
  void deliver(TimePoint now);

  // Sending (link_send.cc).
  enum class SendOutcome { kSent, kNothingToSend, kWindowFull, kHeldByPacer, kContactRefused };
  SendOutcome try_send_packet(TimePoint now);
  bool has_something_to_send() const;
  uint64_t window() const;
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
  Header next_header() const;
  Duration probe_wait() const;

  Contact& contact_;
  LinkHandler& handler_;
  const Config config_;

  std::unordered_map<MsgId, std::unique_ptr<Stream>> streams_;
  std::deque<MsgId> turns_;         // streams with something to send
  std::vector<MsgId> readable_;     // to be told to the handler
  std::vector<MsgId> want_room_;    // write() has taken less than it was given
  std::vector<MsgId> limits_;       // streams whose limit is to be sent
  std::vector<ResetFrame> resets_;  // to be sent, of streams that were given up

  std::map<uint64_t, Control> control_;  // not acknowledged yet, by number
  std::deque<uint64_t> control_queue_;   // to be sent
  uint64_t next_control_ = 0;

  ReceiveCredit credit_;
  bool send_link_limit_ = false;
  uint64_t peer_link_limit_ = kInitialLinkWindow;
  uint64_t new_bytes_sent_ = 0;
  uint64_t held_together_ = 0;
  GrowingLimit held_limit_;

  AckTracker acks_;
  SentPackets sent_;
  RttEstimator rtt_;
  RateSampler sampler_;
  std::unique_ptr<CongestionController> congestion_;
  Pacer pacer_;
  PacketSizeProbe size_probe_;
  std::vector<LinkFrame> frames_;  // of the packet being read

  Stats stats_;
  int timeouts_ = 0;        // probe timeouts in a row
  int probes_to_send_ = 0;  // packets that neither window nor pacer hold back
  bool relayed_ = false;
  bool suspended_ = false;
  SendOutcome stopped_by_ = SendOutcome::kNothingToSend;  // why the last pump() stopped sending
};

}  // namespace ngcshare::link
