// Decides when a group is told that a service is down or up again: at most once a minute per
// service, so that an unstable service does not flood the chat. A change that was held back is
// announced later if it still holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "protocol/base/clock.h"

namespace ngcshare {

class StateAnnouncements {
 public:
  static constexpr std::chrono::seconds kQuiet{60};

  // Takes the current state of a service. Returns true if it should be announced now, which is
  // never the case for a new service that is up.
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
