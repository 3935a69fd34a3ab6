// Distinguishes a restarted peer from a delayed packet. A session draws a random epoch when it
// begins; a new epoch from a known key means that the other side has forgotten everything. NGC can
// replay packets hours later, so an epoch that was replaced stays stale.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/base/recent_set.h"

namespace ngcshare {

class EpochTracker {
 public:
  enum class Verdict { kFirst, kSame, kRestarted, kStale };

  // Judges the epoch of a packet; kFirst and kRestarted make it the current one.
  Verdict observe(uint32_t epoch) {
    if (current_ == epoch) return Verdict::kSame;
    if (past_.contains(epoch)) return Verdict::kStale;
    if (!current_) {
      current_ = epoch;
      return Verdict::kFirst;
    }
    past_.insert(*current_);
    current_ = epoch;
    return Verdict::kRestarted;
  }

  // Returns whether observe() would return kRestarted.
  bool is_restart(uint32_t epoch) const {
    return current_ && *current_ != epoch && !past_.contains(epoch);
  }

  // Makes a stale epoch the current one, because its process has proved to be alive.
  void adopt(uint32_t epoch) {
    past_.erase(epoch);
    if (current_) past_.insert(*current_);
    current_ = epoch;
  }

  std::optional<uint32_t> current() const { return current_; }

 private:
  static constexpr size_t kRemembered = 64;

  std::optional<uint32_t> current_;
  RecentSet past_{kRemembered};
};

}  // namespace ngcshare
