// Repetition with a doubling interval: the first repeat after 250 ms, then 500 ms, 1 s … Two lost
// packets cost 750 ms this way, not the 3 s after which NGC itself would resend.
#pragma once

#include <optional>

#include "protocol/base/clock.h"

namespace ngcshare {

class Retry {
 public:
  static constexpr Duration kFirstInterval = std::chrono::milliseconds(250);

  // Begins when the packet has been sent for the first time; at most `repeats` repetitions follow.
  void start(TimePoint now, int repeats) {
    interval_ = kFirstInterval;
    left_ = repeats;
    next_ = left_ > 0 ? std::optional(now + interval_) : std::nullopt;
  }
  void stop() { next_.reset(); }

  bool active() const { return next_.has_value(); }
  std::optional<TimePoint> deadline() const { return next_; }

  // Returns true if the packet must be sent again now, and counts that as done.
  bool due(TimePoint now) {
    if (!next_ || now < *next_) return false;
    interval_ *= 2;
    --left_;
    next_ = left_ > 0 ? std::optional(now + interval_) : std::nullopt;
    return true;
  }

 private:
  Duration interval_{};
  int left_ = 0;
  std::optional<TimePoint> next_;
};

}  // namespace ngcshare
