// A queue of events in virtual time. Nothing waits and nothing reads a real clock.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "protocol/base/clock.h"

namespace ngcshare::test {

class EventQueue {
 public:
  TimePoint now() const { return now_; }

  // Adds an event. Events of the same time happen in the order of addition; past times mean now.
  void at(TimePoint when, std::function<void()> what) {
    events_.emplace(std::pair(std::max(when, now_), next_number_++), std::move(what));
  }
  void after(Duration wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }

  // Returns the time of the next event, or nullopt if there is none.
  std::optional<TimePoint> next() const {
    return events_.empty() ? std::nullopt : std::optional(events_.begin()->first.first);
  }

  // Runs all events due until `end` and sets the time to `end`.
  void run_until(TimePoint end) {
    while (!events_.empty() && events_.begin()->first.first <= end) {
      auto event = events_.extract(events_.begin());
      now_ = event.key().first;
      event.mapped()();
    }
    now_ = std::max(now_, end);
  }
  void run_for(Duration duration) { run_until(now_ + duration); }

 private:
  TimePoint now_{std::chrono::hours(1)};
  uint64_t next_number_ = 0;
  std::map<std::pair<TimePoint, uint64_t>, std::function<void()>> events_;
};

}  // namespace ngcshare::test
