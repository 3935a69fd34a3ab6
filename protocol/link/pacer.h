// Spreads packets over time. Works on credit: bytes may be sent while there is some, it grows with
// the rate and is capped, so that one timer serves a burst of about a millisecond and no timer is
// needed for each packet.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "protocol/clock.h"

namespace ngcshare::link {

class Pacer {
 public:
  // What may go out at once however slow the path is.
  static constexpr double kLeastBurstBytes = 3 * 1500;
  static constexpr double kBurstSeconds = 0.001;
  // Datagrams are not held back but charged: streams then wait, at most so long.
  static constexpr double kMostDebtSeconds = 0.05;

  void set_rate(double bytes_per_second) {
    rate_ = std::max(bytes_per_second, 1000.0);
    credit_ = std::max(credit_, most_debt());  // where more was owed at a higher rate
  }

  // Call before may_send().
  void advance(TimePoint now) {
    if (now > updated_) {
      credit_ = std::min(credit_ + rate_ * seconds(now - updated_), burst());
      updated_ = now;
    }
  }

  bool may_send() const { return credit_ > 0; }
  void on_sent(uint64_t bytes) {
    credit_ = std::max(credit_ - static_cast<double>(bytes), most_debt());
  }

  // When half a burst may be sent.
  TimePoint next_send() const {
    const double missing = burst() / 2 - credit_;
    if (missing <= 0) return updated_;
    return updated_ +
           std::chrono::duration_cast<Duration>(std::chrono::duration<double>(missing / rate_)) +
           Duration(1);
  }

 private:
  double most_debt() const { return -rate_ * kMostDebtSeconds - burst(); }
  double burst() const { return std::max(kLeastBurstBytes, rate_ * kBurstSeconds); }

  double rate_ = 1e6;
  double credit_ = kLeastBurstBytes;
  TimePoint updated_{};
};

}  // namespace ngcshare::link
