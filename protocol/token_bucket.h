// Limits how often something may happen: up to `burst` at once, `per_second` in the long run.
#pragma once

#include <algorithm>

#include "protocol/clock.h"

namespace ngcshare {

class TokenBucket {
 public:
  TokenBucket(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  // True and one token less when there is one. Time that goes backwards adds nothing.
  bool take(TimePoint now) {
    if (now > last_) {
      tokens_ = std::min(burst_, tokens_ + seconds(now - last_) * per_second_);
      last_ = now;
    }
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  double per_second_;
  double burst_;
  double tokens_;
  TimePoint last_{};
};

}  // namespace ngcshare
