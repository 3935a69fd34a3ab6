// The program's clock: for its timers, and as protocol time. It is the steady clock, except in a
// test of the whole program, which stops it and moves it by hand.
#pragma once

#include <chrono>
#include <optional>

#include "protocol/base/clock.h"

namespace ngcshare {

// The clock of asio::basic_waitable_timer<ProgramClock>, which replaces asio::steady_timer wherever
// a test of the whole program must not wait.
struct ProgramClock {
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<ProgramClock>;
  static constexpr bool is_steady = true;

  static time_point now() {
    return time_point(stopped_at ? *stopped_at
                                 : std::chrono::steady_clock::now().time_since_epoch());
  }

  // Set only by such a test, in the thread of the loops: the time that now() returns, which never
  // goes back.
  static inline std::optional<duration> stopped_at;
};

// Returns the time since an arbitrary start. It never goes back.
inline TimePoint steady_now() {
  return TimePoint(std::chrono::duration_cast<Duration>(ProgramClock::now().time_since_epoch()));
}

// Returns the same moment for a timer of the ProgramClock.
inline ProgramClock::time_point to_timer_time(TimePoint time) {
  return ProgramClock::time_point(time.time_since_epoch());
}

}  // namespace ngcshare
