// Finds the largest packet that the path carries (in the manner of DPLPMTUD, RFC 8899): begins with
// a size that nearly every path carries, tries the largest, then what lies between, and goes back
// when full packets stop arriving. Sizes are of bodies.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "protocol/clock.h"
#include "protocol/frame.h"

namespace ngcshare::link {

class PacketSizeProbe {
 public:
  static constexpr size_t kBaseBytes = 1100;  // 1204 on the wire: below IPv6's least MTU
  static constexpr size_t kLeastBytes = 500;  // where even the base size does not arrive
  static constexpr Duration kRetryInterval = std::chrono::minutes(5);
  // Most often it was the whole path that was gone for a while.
  static constexpr Duration kAfterBlackHole = std::chrono::seconds(10);

  // What may be used now.
  size_t current() const { return current_; }

  // The size that a probe should have now. Count it with on_probe_sent().
  std::optional<size_t> wanted(TimePoint now) const {
    if (in_flight_ || now < next_ || candidate_ >= kCandidates.size()) return std::nullopt;
    return kCandidates[candidate_];
  }
  void on_probe_sent() { in_flight_ = true; }

  void on_probe_acked(size_t bytes, TimePoint now) {
    in_flight_ = false;
    losses_ = 0;
    current_ = std::max(current_, bytes);
    settle(now);
  }
  // It is not known what became of it.
  void forget_probe() { in_flight_ = false; }
  void on_probe_lost(TimePoint now) {
    in_flight_ = false;
    if (++losses_ < kTries) return;
    losses_ = 0;
    ++candidate_;
    settle(now);
  }

  // Nothing has come back for several probe timeouts: full packets may be what does not arrive.
  void on_black_hole(TimePoint now) {
    current_ = current_ > kBaseBytes ? kBaseBytes : kLeastBytes;
    candidate_ = 0;
    losses_ = 0;
    next_ = now + kAfterBlackHole;
  }

 private:
  static constexpr std::array<size_t, 5> kCandidates{Frame::kMaxBodyBytes, 1340, 1280, 1180,
                                                     kBaseBytes};
  static constexpr int kTries = 3;

  // Nothing larger is left to try: begin again later, for paths change.
  void settle(TimePoint now) {
    if (candidate_ < kCandidates.size() && kCandidates[candidate_] > current_) return;
    candidate_ = 0;
    next_ = current_ == kCandidates[0] ? TimePoint::max() : now + kRetryInterval;
  }

  size_t current_ = kBaseBytes;
  size_t candidate_ = 0;
  int losses_ = 0;
  bool in_flight_ = false;
  TimePoint next_{};
};

}  // namespace ngcshare::link
