// The narrowest place of a path: sends packets one after another at a rate, and drops those that
// find its queue full. Several connections may share one, as the peers of a gateway do its uplink.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/base/clock.h"

namespace ngcshare::test {

class Bottleneck {
 public:
  // `rate` in bytes per second, of packets with all headers; `queue`: the longest wait.
  Bottleneck(double rate, Duration queue) : rate_(rate), queue_(queue) {}

  double rate() const { return rate_; }
  // Returns the time at which a packet has passed, or nullopt if the queue is full.
  std::optional<TimePoint> pass(size_t bytes, TimePoint now) {
    const TimePoint start = std::max(free_at_, now);
    if (start - now > queue_) return std::nullopt;
    const double seconds = static_cast<double>(bytes) / rate_;
    free_at_ = start + Duration(static_cast<Duration::rep>(seconds * Duration::period::den));
    return free_at_;
  }

 private:
  const double rate_;
  const Duration queue_;
  TimePoint free_at_{};
};

}  // namespace ngcshare::test
