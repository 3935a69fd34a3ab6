// The sender's record of packets in flight: takes acknowledgements, detects loss (RFC 9002 §6.1: by
// packet number and by time), and learns how much the path reorders.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "protocol/congestion/rate_sampler.h"
#include "protocol/link/packet.h"
#include "protocol/link/rtt.h"
#include "protocol/link/skipped_numbers.h"

namespace ngcshare::link {

// A frame of a sent packet that must arrive in the end.
struct SentFrame {
  enum class Kind : uint8_t { kStream, kControl, kStreamLimit, kLinkLimit, kReset };
  Kind kind = Kind::kStream;
  bool fin = false;
  uint16_t length = 0;
  MsgId id = 0;         // of the stream
  uint64_t offset = 0;  // in the stream; kReset: its end; kControl: the message's number
};

struct SentPacket {
  static constexpr size_t kMaxFrames = 4;
  enum class State : uint8_t { kUntracked, kInFlight, kAcked, kLost };

  State state = State::kUntracked;
  bool is_probe = false;  // of the path's packet size; its loss is no sign of congestion
  uint8_t frame_count = 0;
  uint16_t body_bytes = 0;
  uint64_t reported_below = 0;  // by its ACK frame, see AckTracker::on_report_acked()
  TimePoint sent_at{};
  RateSampler::Snapshot snapshot;
  std::array<SentFrame, kMaxFrames> frames;

  uint64_t wire_bytes() const { return body_bytes + kOverheadBytes; }
  void add(const SentFrame& frame) { frames[frame_count++] = frame; }
  bool has_room() const { return frame_count < kMaxFrames; }
  bool has_control() const {
    return std::any_of(frames.begin(), frames.begin() + frame_count, [](const SentFrame& frame) {
      return frame.kind == SentFrame::Kind::kControl;
    });
  }
};

class SentPackets {
 public:
  // `entropy` chooses numbers to leave out and must outlive this object; nullptr: none.
  explicit SentPackets(Entropy* entropy = nullptr) : skipped_(entropy) {}

  // Returns the number that the next packet gets.
  uint64_t next_number() const { return next_; }
  // Records the packet that gets next_number(). Packets with only an acknowledgement are kUntracked
  // and only take a number, because a peer can cause any number of them while it acknowledges none.
  void add(const SentPacket& packet);

  struct AckResult {
    std::vector<SentPacket> acked;      // newly
    std::vector<SentPacket> recovered;  // counted as lost before, but arrived after all
    bool largest_is_new = false;        // `largest_sent_at` gives an RTT sample
    TimePoint largest_sent_at{};
  };
  // Takes an acknowledgement. Returns nullopt, and changes nothing, if it is malformed or covers
  // packets that were never sent. After one that covers a number that was left out all others are
  // refused too: nothing that this peer says of the path can be believed.
  std::optional<AckResult> on_ack(const AckFrame& ack);

  // Returns the packets in flight that count as lost by now, and removes them from flight.
  std::vector<SentPacket> detect_lost(const RttEstimator& rtt, TimePoint now);
  // Returns the time after which a packet counts as lost once a later one has been acknowledged.
  Duration loss_wait(const RttEstimator& rtt) const;
  // Returns the time at which detect_lost() finds a packet if nothing arrives, or nullopt.
  std::optional<TimePoint> loss_deadline() const { return loss_deadline_; }
  // Returns the oldest packets in flight and counts them as lost, so that a probe timeout sends
  // their frames again: first those with a control message, because the peer acknowledges no bytes
  // of a stream whose Accept it has not received, and so nothing else tells that the Accept is
  // lost.
  std::vector<SentPacket> give_up_oldest(size_t count);
  std::vector<SentPacket> give_up_all() { return give_up_oldest(packets_.size()); }

  uint64_t bytes_in_flight() const { return bytes_in_flight_; }
  bool anything_in_flight() const { return in_flight_ > 0; }
  // Returns the number of packets of which something is kept, for tests.
  size_t kept() const { return packets_.size() + lost_.size(); }
  // Returns the time of the last packet that wants an acknowledgement.
  TimePoint last_sent_at() const { return last_sent_at_; }

 private:
  static constexpr uint64_t kPacketThreshold = 3;
  static constexpr uint64_t kMaxPacketThreshold = 256;
  static constexpr size_t kMaxLostRemembered = 512;

  struct Numbered {
    uint64_t number = 0;
    SentPacket packet;
  };

  // Returns the first packet kept whose number is not below `number`.
  std::deque<Numbered>::iterator first_from(uint64_t number);
  void note_largest(uint64_t largest, AckResult& result);
  void take_range(uint64_t begin, uint64_t end, AckResult& result);
  void give_up(size_t count, bool any_kind, std::vector<SentPacket>& lost);
  SentPacket count_as_lost(Numbered& lost);
  void on_spurious_loss(uint64_t number);
  void drop_settled();

  SkippedNumbers skipped_;
  bool peer_lies_ = false;
  // Those from the oldest in flight on, without the untracked ones. Not many before the largest
  // acknowledged one, because detect_lost() takes those that are far behind it for lost.
  std::deque<Numbered> packets_;
  uint64_t next_ = 0;
  std::optional<uint64_t> largest_acked_;
  std::map<uint64_t, SentPacket> lost_;  // the latest, by number
  uint64_t bytes_in_flight_ = 0;
  size_t in_flight_ = 0;
  TimePoint last_sent_at_{};
  std::optional<TimePoint> loss_deadline_;
  uint64_t packet_threshold_ = kPacketThreshold;
  int time_threshold_eighths_ = 9;  // of the RTT
};

}  // namespace ngcshare::link
