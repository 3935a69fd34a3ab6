// The receiver's side of acknowledgement: which packet numbers have arrived, and when to say so.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/clock.h"
#include "protocol/link/link_packet.h"
#include "protocol/link/range_set.h"

namespace ngcshare::link {

class AckTracker {
 public:
  // An acknowledgement waits at most so long for a second packet that wants one; also what a sender
  // adds to its probe timeout.
  static constexpr Duration kMaxDelay = std::chrono::milliseconds(5);
  // While packets come in a burst, as on a fast path where many are read at once, one answer is
  // enough for so many.
  static constexpr int kPacketsPerBurstAck = 16;
  // Ranges that are remembered. Older packets count as arrived: their sender has long sent what was
  // in them again.
  static constexpr size_t kMaxRanges = 96;

  // A packet number completed to 64 bits.
  uint64_t complete(uint32_t low) const;
  bool is_duplicate(uint64_t number) const { return number < floor_ || received_.contains(number); }

  void on_received(uint64_t number, bool wants_ack, TimePoint now);

  // In the middle of a burst: has enough come for an answer at once?
  bool due_in_burst() const { return unanswered_ >= kPacketsPerBurstAck; }
  // After a burst.
  bool due(TimePoint now) const {
    return unanswered_ >= 2 || at_once_ || (unanswered_ > 0 && now >= answer_by_);
  }
  std::optional<TimePoint> deadline() const {
    return unanswered_ > 0 ? std::optional(answer_by_) : std::nullopt;
  }
  // Something has come that has not been acknowledged, so an acknowledgement costs little where a
  // packet goes out anyway.
  bool anything_new() const { return anything_new_; }

  // What was written last could not be sent.
  void write_again() { at_once_ = anything_new_ = anything_new_ || !received_.empty(); }

  // The peer has a packet of ours with an ACK frame in it, so it knows of all below and need not be
  // told again. `reported_below` is what reported_below() was after write().
  void on_report_acked(uint64_t reported_below) {
    report_from_ = std::max(report_from_, reported_below);
  }
  uint64_t reported_below() const { return largest_ + 1; }

  // Writes an ACK frame and counts as having answered.
  bool write(PacketWriter& out, TimePoint now);

 private:
  RangeSet received_;
  uint64_t floor_ = 0;  // all below have arrived or do not matter
  uint64_t largest_ = 0;
  uint64_t report_from_ = 0;  // what is below need not be told any more
  TimePoint largest_at_{};
  TimePoint answer_by_{};
  int unanswered_ = 0;    // packets that want an answer
  bool at_once_ = false;  // a gap has opened or closed: the sender should know
  bool anything_new_ = false;
  std::vector<PacketWriter::Range> scratch_;
};

}  // namespace ngcshare::link
