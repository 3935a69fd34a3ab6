// Paces packets with a credit of wire bytes: packets may be sent while it is positive. It grows
// with the rate up to a burst of about a millisecond, so that one timer serves a burst instead of
// one packet. While a packet waits for credit it grows further, because whatever passes beyond the
// time that was asked for is the lateness of a busy machine, in which the path runs dry.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "protocol/base/clock.h"

namespace ngcshare::link {

class Pacer {
 public:
  // Least burst, however slow the path is.
  static constexpr double kLeastBurstBytes = 3 * 1500;
  static constexpr double kBurstSeconds = 0.001;
  // Most lateness that is made up for: on a busy machine a process waits 5 ms for its turn.
  static constexpr double kLatenessSeconds = 0.006;
  // Datagrams are charged but not held back. Streams then wait for the debt, at most this long.
  static constexpr double kMostDebtSeconds = 0.05;

  void set_rate(double bytes_per_second) {
    rate_ = std::max(bytes_per_second, 1000.0);
    credit_ = std::max(credit_, most_debt());  // the debt may have been made at a higher rate
  }

  // Adds the credit earned until `now`. Call before may_send().
  void advance(TimePoint now) {
    if (now > updated_) {
      const double most = held_ ? std::max(burst(), rate_ * kLatenessSeconds) : burst();
      credit_ = std::min(credit_ + rate_ * seconds(now - updated_), most);
      updated_ = now;
    }
    held_ = false;
  }
  // Records that until the next advance() a packet waits for credit and for nothing else.
  void on_held() { held_ = true; }

  bool may_send() const { return credit_ > 0; }
  void on_sent(uint64_t bytes) {
    credit_ = std::max(credit_ - static_cast<double>(bytes), most_debt());
  }

  // Returns the time at which half a burst may be sent.
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
  bool held_ = false;
  TimePoint updated_{};
};

}  // namespace ngcshare::link
