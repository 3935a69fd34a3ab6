// Protocol time. The clock has no now(): callers of the protocol pass the time in, so that the same
// code runs under a real event loop and under a simulator with virtual time.
#pragma once

#include <chrono>
#include <optional>

namespace ngcshare {

struct ProtocolClock {
  using duration = std::chrono::microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<ProtocolClock>;
  static constexpr bool is_steady = true;
};

using Duration = ProtocolClock::duration;
using TimePoint = ProtocolClock::time_point;

inline double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// Sets `deadline` to the earlier of the two; nullopt means never.
inline void lower(std::optional<TimePoint>& deadline, std::optional<TimePoint> candidate) {
  if (candidate && (!deadline || *candidate < *deadline)) deadline = candidate;
}

}  // namespace ngcshare
