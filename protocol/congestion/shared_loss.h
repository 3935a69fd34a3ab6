// Loss of all links of a process. Links that lose packets at the same time share, as a rule, a
// queue that overflows: the one before the process's uplink.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/base/clock.h"

namespace ngcshare::link {

class SharedLoss {
 public:
  // Time for which the loss of a link counts.
  static constexpr Duration kMemory = std::chrono::seconds(1);

  // Returns a number for a link, by which it is told from the others.
  uint64_t enrol() { return ++enrolled_; }

  // Records that a link loses more than at random, and the rate at which its packets arrive, in
  // bytes per second. Returns the mean rate of all links that have lost so much lately, or nullopt
  // if there is no other.
  std::optional<double> note(uint64_t link, double rate, TimePoint now) {
    std::erase_if(latest_,
                  [&](const Loss& one) { return one.link == link || now - one.at > kMemory; });
    latest_.push_back({link, rate, now});
    if (latest_.size() == 1) return std::nullopt;
    double sum = 0;
    for (const Loss& one : latest_) sum += one.rate;
    return sum / static_cast<double>(latest_.size());
  }

  // Counts a trial that a link has begun. Returns the number of trials so far.
  uint64_t count_trial() { return ++trials_; }
  uint64_t trials() const { return trials_; }

 private:
  struct Loss {
    uint64_t link = 0;
    double rate = 0;
    TimePoint at{};
  };

  uint64_t enrolled_ = 0;
  uint64_t trials_ = 0;
  std::vector<Loss> latest_;  // the last of each link within kMemory
};

}  // namespace ngcshare::link
