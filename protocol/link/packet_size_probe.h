// Finds the largest packet that the path carries (in the manner of DPLPMTUD, RFC 8899): begins with
// a size that nearly every path carries, probes the largest, then sizes in between, and falls back
// when full packets stop arriving. Needed because toxcore sends any size it is given, and some
// paths silently drop the largest packets. Sizes are bytes of body.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "protocol/base/clock.h"
#include "protocol/wire/frame.h"

namespace ngcshare::link {

class PacketSizeProbe {
 public:
  static constexpr size_t kBaseBytes = 1100;  // 1204 on the wire: below IPv6's least MTU
  static constexpr size_t kLeastBytes = 500;  // used when even the base size does not arrive
  static constexpr Duration kRetryInterval = std::chrono::minutes(5);
  // The wait before the next search after a fallback. Short, because the usual cause is an outage
  // of the whole path, not its packet size.
  static constexpr Duration kAfterBlackHole = std::chrono::seconds(10);

  // Returns the size that packets may have now.
  size_t current() const { return current_; }

  // Returns the size of the probe to send now, or nullopt. Call on_probe_sent() when it is sent.
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
  // Ends the probe in flight without a result.
  void forget_probe() { in_flight_ = false; }
  void on_probe_lost(TimePoint now) {
    in_flight_ = false;
    if (++losses_ < kTries) return;
    losses_ = 0;
    ++candidate_;
    settle(now);
  }

  // Falls back to a smaller size: nothing has come back for several probe timeouts, perhaps because
  // full packets do not arrive.
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

  // Schedules the next search once no larger size is left to try, because paths change.
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
