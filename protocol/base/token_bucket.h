// Limits the rate of an event: up to `burst` at once, `per_second` in the long run.
#pragma once

#include <algorithm>
#include <cmath>

#include "protocol/base/clock.h"

namespace ngcshare {

class TokenBucket {
 public:
  TokenBucket(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  // Takes one token, or returns false if there is none. Time that goes backwards adds nothing.
  bool take(TimePoint now) {
    if (level(now) < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // Returns the number of tokens; negative after spend() has taken more than there were.
  double level(TimePoint now) {
    if (now > last_) {
      tokens_ = std::min(burst_, tokens_ + seconds(now - last_) * per_second_);
      last_ = now;
    }
    return tokens_;
  }

  // Takes this many tokens, whether they are there or not.
  void spend(double tokens, TimePoint now) { tokens_ = level(now) - tokens; }

  // Returns the time at which the level reaches `tokens`, at most an hour ahead. REQUIRES: `tokens`
  // is at most the burst.
  TimePoint time_of(double tokens, TimePoint now) {
    const double seconds = std::clamp((tokens - level(now)) / per_second_, 0.0, 3600.0);
    return std::max(now, last_) + Duration(static_cast<Duration::rep>(std::ceil(seconds * 1e6)));
  }

  // Changes the limits from now on. Keeps the tokens that are there, up to the new burst.
  void change(double per_second, double burst, TimePoint now) {
    tokens_ = std::min(level(now), burst);
    per_second_ = per_second;
    burst_ = burst;
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  TimePoint last_{};
};

}  // namespace ngcshare
