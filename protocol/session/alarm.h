// The earliest of many deadlines, kept without asking all their owners each time: every owner
// lowers it when it gets an earlier one, and it is rebuilt when it has come.
#pragma once

#include <optional>

#include "protocol/base/clock.h"

namespace ngcshare {

class Alarm {
 public:
  // Makes the alarm ring at `when` at the latest. nullopt changes nothing.
  void ring_by(std::optional<TimePoint> when) { lower(when_, when); }
  // Forgets all deadlines. The owners must call ring_by() again for those that still hold.
  void reset() { when_.reset(); }

  // Returns the time to ring, or nullopt for never. It is never late, but early if the deadline
  // that set it no longer holds.
  std::optional<TimePoint> when() const { return when_; }
  bool is_due(TimePoint now) const { return when_ && *when_ <= now; }

 private:
  std::optional<TimePoint> when_;
};

}  // namespace ngcshare
