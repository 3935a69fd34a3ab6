// Tells a restarted peer from a delayed packet. A process draws a random epoch at its start; a new
// one from a known key means that the other side has forgotten everything. NGC can play packets
// back hours later, so an epoch that was replaced stays stale for good.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/recent_set.h"

namespace ngcshare {

class EpochTracker {
 public:
  enum class Verdict { kFirst, kSame, kRestarted, kStale };

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

  // Whether observe() would say kRestarted.
  bool is_restart(uint32_t epoch) const {
    return current_ && *current_ != epoch && !past_.contains(epoch);
  }

  // A stale epoch has shown itself to be the living one after all: it becomes the current one.
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
