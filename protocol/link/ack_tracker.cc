#include "protocol/link/ack_tracker.h"

#include "protocol/link/truncated.h"

namespace ngcshare::link {

uint64_t AckTracker::complete(uint32_t low) const {
  return complete_truncated(low, kPacketNumberBits, largest_ + 1);
}

void AckTracker::on_received(uint64_t number, bool wants_ack, TimePoint now) {
  const bool expected = received_.empty() || number == largest_ + 1;
  received_.add(number, number + 1);
  if (received_.ranges().size() > kMaxRanges) {
    floor_ = received_.ranges().front().end;
    received_.remove_below(floor_);
  }
  if (number >= largest_) {
    largest_ = number;
    largest_at_ = now;
    datagrams_before_largest_ = datagrams_;
  }
  anything_new_ = true;
  if (!wants_ack) return;
  if (!expected) at_once_below_ = number + kNumbersBehindGap;
  if (number < at_once_below_) at_once_ = true;
  if (unanswered_++ == 0) unanswered_since_ = now;
  enough_ = unanswered_ > 1 && (unanswered_ >= kMostPacketsPerAck ||
                                now - unanswered_since_ >= round_trip_ / kAcksPerRoundTrip);
}

bool AckTracker::write(PacketWriter& out, TimePoint now) {
  scratch_.clear();
  const auto& ranges = received_.ranges();
  for (auto at = ranges.rbegin(); at != ranges.rend() && scratch_.size() <= kMaxAckRanges; ++at) {
    if (at->end <= report_from_ && !scratch_.empty()) break;
    scratch_.push_back({at->begin, at->end});
  }
  const auto datagrams =
      reports_datagrams_ ? std::optional(datagrams_before_largest_) : std::nullopt;
  if (!out.write_ack(scratch_, now - largest_at_, datagrams)) return false;
  unanswered_ = 0;
  enough_ = false;
  at_once_ = false;
  anything_new_ = false;
  return true;
}

}  // namespace ngcshare::link
