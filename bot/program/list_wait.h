// Decides when the list of offers is complete enough to be shown: some time after the last new one,
// because peers confirm each other one by one, but not later than a limit, because anybody in the
// group can offer without end.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

#include "protocol/base/clock.h"

namespace ngcshare {

class ListWait {
 public:
  static constexpr std::chrono::seconds kSettles{3};
  static constexpr std::chrono::seconds kMost{60};

  // `now`: when the group was joined. `most`: the limit from then on.
  ListWait(TimePoint now, std::chrono::seconds most) : end_(now + most) {}

  // Returns when to ask again, or nullopt if the list is to be shown. `offers`: how many there are.
  std::optional<TimePoint> next(TimePoint now, size_t offers) {
    if (offers_ == offers || now >= end_) return std::nullopt;
    offers_ = offers;
    return std::min<TimePoint>(now + kSettles, end_);
  }

 private:
  TimePoint end_;
  std::optional<size_t> offers_;  // when it was last asked
};

}  // namespace ngcshare
