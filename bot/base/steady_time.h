// The steady clock as protocol time.
#pragma once

#include <chrono>

#include "protocol/base/clock.h"

namespace ngcshare {

// Returns the time since an arbitrary start. It never goes back.
inline TimePoint steady_now() {
  return TimePoint(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

// Returns the same moment as the steady clock's, for timers.
inline std::chrono::steady_clock::time_point to_steady(TimePoint time) {
  return std::chrono::steady_clock::time_point(time.time_since_epoch());
}

}  // namespace ngcshare
