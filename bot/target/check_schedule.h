// When the next check of a service's target is due. A check disturbs: it fills the service's log,
// and wakes one that sleeps. A real connection therefore takes a check's place, and while checks
// succeed they come less and less often. No clock, no randomness of its own.
#pragma once

#include <algorithm>
#include <chrono>

#include "protocol/base/clock.h"

namespace ngcshare {

class CheckSchedule {
 public:
  // Between two checks, varied by a quarter: the shortest for a service that has failed, and each
  // check that succeeds doubles it.
  struct Interval {
    Duration shortest = std::chrono::seconds(30);
    Duration longest = std::chrono::minutes(10);
  };

  // `chance`, here and below, is random, from 0 to 1. The first check is spread over the shortest
  // interval, because many services may be added at once.
  CheckSchedule() = default;
  CheckSchedule(const Interval& interval, TimePoint now, double chance)
      : limits_(interval), next_(interval.shortest), due_(now + part(interval.shortest, chance)) {}

  TimePoint due() const { return due_; }

  void on_checked(bool reached, TimePoint now, double chance) {
    due_ = after(reached ? next_ : limits_.shortest, now, chance);
    next_ = reached ? std::min(next_ * 2, limits_.longest) : limits_.shortest;
  }
  // A member's connection reached the target, or did not.
  void on_used(bool reached, TimePoint now, double chance) {
    if (reached) {
      due_ = after(next_, now, chance);
    } else {
      next_ = limits_.shortest;
      due_ = std::min(due_, after(next_, now, chance));
    }
  }

 private:
  static Duration part(Duration interval, double part_of_it) {
    const std::chrono::duration<double, Duration::period> length = interval;
    return std::chrono::duration_cast<Duration>(length * part_of_it);
  }
  static TimePoint after(Duration interval, TimePoint now, double chance) {
    return now + part(interval, 0.75 + chance / 2);
  }

  Interval limits_;
  Duration next_{};  // the interval behind the next check that succeeds
  TimePoint due_{};
};

}  // namespace ngcshare
