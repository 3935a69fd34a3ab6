// When a group is told that a service is down or up again: not more often than once a minute each,
// so that one that comes and goes fills no chat. What was held back is told later if it still
// holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "protocol/clock.h"

namespace ngcshare {

class StateNews {
 public:
  static constexpr std::chrono::seconds kQuiet{60};

  // A service was seen in this state; nobody needs to be told that a new one is up. True: tell it.
  bool is_due(int64_t service, bool down, TimePoint now) {
    Told& told = told_[service];
    if (told.down == down || (told.at && now - *told.at < kQuiet)) return false;
    told = {down, now};
    return true;
  }
  void forget(int64_t service) { told_.erase(service); }

 private:
  struct Told {
    bool down = false;
    std::optional<TimePoint> at;
  };
  std::map<int64_t, Told> told_;
};

}  // namespace ngcshare
