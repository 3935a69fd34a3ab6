// Estimates the round-trip time of a path (RFC 9002 §5) and derives the probe timeout from it.
#pragma once

#include <algorithm>
#include <chrono>

#include "protocol/base/clock.h"

namespace ngcshare::link {

class RttEstimator {
 public:
  // Estimate before the first sample. RFC 9002 says 333 ms; less is safe because Offer and Hello
  // have crossed the path before a link begins, and a probe that is too early costs one packet.
  static constexpr Duration kInitial = std::chrono::milliseconds(250);
  static constexpr Duration kGranularity = std::chrono::milliseconds(1);

  // `ack_delay` is the peer's delay as it reports it. Samples that are not positive count as 1 µs.
  void on_sample(Duration latest, Duration ack_delay) {
    latest_ = std::max(latest, Duration(1));
    if (!has_sample_) {
      has_sample_ = true;
      min_ = smoothed_ = latest_;
      variation_ = latest_ / 2;
      return;
    }
    min_ = std::min(min_, latest_);
    const Duration adjusted = latest_ - ack_delay >= min_ ? latest_ - ack_delay : latest_;
    const Duration difference = smoothed_ > adjusted ? smoothed_ - adjusted : adjusted - smoothed_;
    variation_ = (3 * variation_ + difference) / 4;
    smoothed_ = (7 * smoothed_ + adjusted) / 8;
  }
  // Forgets all samples, because the path may be another one now.
  void restart() { has_sample_ = false; }

  bool has_sample() const { return has_sample_; }
  Duration latest() const { return latest_; }
  Duration smoothed() const { return has_sample_ ? smoothed_ : kInitial; }
  Duration variation() const { return has_sample_ ? variation_ : kInitial / 2; }
  Duration min() const { return has_sample_ ? min_ : kInitial; }

  // Returns the probe timeout (RFC 9002 §6.2.1) without backoff, counted from the last packet that
  // wants an acknowledgement.
  Duration probe_timeout(Duration max_ack_delay) const {
    return smoothed() + std::max(4 * variation(), kGranularity) + max_ack_delay;
  }

 private:
  bool has_sample_ = false;
  Duration latest_{};
  Duration smoothed_{};
  Duration variation_{};
  Duration min_{};
};

}  // namespace ngcshare::link
