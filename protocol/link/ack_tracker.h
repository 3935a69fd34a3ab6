// The receiver's side of acknowledgement: records the packet numbers that have arrived and decides
// when to acknowledge them. That is sixteen times in a round trip, where the sender paces and
// learns nothing from more, and with the arrival of a packet, so that the time of an
// acknowledgement tells the rate of arrival; at once if a gap opens or closes and for the packets
// after it by which the sender tells loss from reordering; within kMaxDelay in any case. While the
// round trip is not known, every second packet is acknowledged (RFC 9000 §13.2.2).
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/clock.h"
#include "protocol/link/packet.h"
#include "protocol/link/range_set.h"

namespace ngcshare::link {

class AckTracker {
 public:
  // Longest wait of an acknowledgement for a second packet that wants one. A sender adds it to its
  // probe timeout.
  static constexpr Duration kMaxDelay = std::chrono::milliseconds(5);
  // Most packets per acknowledgement, also in the middle of a burst, as when a fast path lets many
  // be read at once: each acknowledgement costs both ends a packet through toxcore.
  static constexpr int kMostPacketsPerAck = 16;
  static constexpr int kAcksPerRoundTrip = 16;
  // Ranges remembered. Packets below them count as arrived, because their sender has sent their
  // frames again long ago.
  static constexpr size_t kMaxRanges = 96;

  // Completes a packet number to 64 bits.
  uint64_t complete(uint32_t low) const;
  bool is_duplicate(uint64_t number) const { return number < floor_ || received_.contains(number); }

  void on_received(uint64_t number, bool wants_ack, TimePoint now);
  // Counts a datagram that has arrived beside the link.
  void on_datagram_received() { ++datagrams_; }
  // Says whether acknowledgements report how many datagrams have arrived.
  void set_reports_datagrams(bool reports) { reports_datagrams_ = reports; }

  // Sets the round trip of the path.
  void set_round_trip(Duration round_trip) { round_trip_ = round_trip; }

  // Returns true if an acknowledgement should go out in the middle of a burst.
  bool due_in_burst() const { return unanswered_ >= kMostPacketsPerAck; }
  // Returns true if an acknowledgement should go out after a burst.
  bool due(TimePoint now) const {
    return at_once_ || enough_ || (unanswered_ > 0 && now >= answer_by());
  }
  // Returns the latest time for the acknowledgement that is owed, or nullopt if none is.
  std::optional<TimePoint> deadline() const {
    return unanswered_ > 0 ? std::optional(answer_by()) : std::nullopt;
  }
  // Returns true if anything has arrived since the last write(), so that an ACK frame is worth its
  // few bytes in a packet that goes out anyway.
  bool anything_new() const { return anything_new_; }

  // Makes an acknowledgement due again, because the packet of the last write() could not be sent.
  void write_again() { at_once_ = anything_new_ = anything_new_ || !received_.empty(); }

  // Stops reporting packets below `reported_below`: the peer has acknowledged a packet whose ACK
  // frame covered them. `reported_below` is the value of reported_below() after that write().
  void on_report_acked(uint64_t reported_below) {
    report_from_ = std::max(report_from_, reported_below);
  }
  uint64_t reported_below() const { return largest_ + 1; }

  // Writes an ACK frame, after which none is due. Returns false if it does not fit.
  bool write(PacketWriter& out, TimePoint now);

 private:
  // Numbers from the one behind a gap on that are acknowledged at once: the sender takes a packet
  // for lost when the third one after it has arrived (SentPackets).
  static constexpr uint64_t kNumbersBehindGap = 3;

  // Returns the latest time of an answer, for the case that no packet arrives in time for it.
  // REQUIRES: unanswered_ > 0.
  TimePoint answer_by() const {
    const Duration wait = unanswered_ > 1 ? 2 * round_trip_ / kAcksPerRoundTrip : kMaxDelay;
    return unanswered_since_ + std::min(wait, kMaxDelay);
  }

  RangeSet received_;
  uint64_t floor_ = 0;  // all numbers below count as arrived
  uint64_t largest_ = 0;
  uint64_t report_from_ = 0;  // the peer knows about all numbers below
  TimePoint largest_at_{};
  uint32_t datagrams_ = 0;                 // arrived so far, modulo 2^32
  uint32_t datagrams_before_largest_ = 0;  // when largest_ arrived
  bool reports_datagrams_ = false;
  Duration round_trip_{};         // 0: not known
  TimePoint unanswered_since_{};  // valid if unanswered_ > 0
  int unanswered_ = 0;            // packets that want an acknowledgement
  bool enough_ = false;           // have waited since
  bool at_once_ = false;        // a gap has opened or closed, which the sender should learn at once
  uint64_t at_once_below_ = 0;  // number from which on packets may wait again
  bool anything_new_ = false;
  std::vector<PacketWriter::Range> scratch_;
};

}  // namespace ngcshare::link
