// A fault that is met again and again while it lasts, such as a full disk. Says when it is worth a
// line of the log: at first, then once an hour, and when it is over.
#pragma once

#include <chrono>
#include <optional>

#include "protocol/base/clock.h"

namespace ngcshare {

class RecurringFault {
 public:
  static constexpr std::chrono::hours kInterval{1};

  // Notes the fault. Returns true if it is to be reported now.
  bool met(TimePoint now) {
    if (reported_ && now - *reported_ < kInterval) return false;
    reported_ = now;
    return true;
  }
  // Notes that all is well. Returns true if that ends a fault that was reported.
  bool over() {
    const bool was_reported = reported_.has_value();
    reported_.reset();
    return was_reported;
  }

 private:
  std::optional<TimePoint> reported_;
};

}  // namespace ngcshare
