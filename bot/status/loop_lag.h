// Measures the delay of the event loop, four times a second, by the lateness of a timer. Everything
// that waits for the loop, such as a player's datagram, is delayed as much.
#pragma once

#include <algorithm>
#include <asio/steady_timer.hpp>
#include <chrono>

#include "storage/values/duration_histogram.h"

namespace ngcshare {

class LoopLag {
 public:
  static constexpr std::chrono::milliseconds kInterval{250};

  explicit LoopLag(asio::io_context& loop) : timer_(loop) { look_later(); }

  const storage::DurationHistogram& lag() const { return lag_; }

 private:
  void look_later() {
    timer_.expires_after(kInterval);
    timer_.async_wait([this](const asio::error_code& error) {
      if (error) return;
      const auto late = std::chrono::steady_clock::now() - timer_.expiry();
      lag_.add(std::max(late, std::chrono::steady_clock::duration::zero()));
      look_later();
    });
  }

  asio::steady_timer timer_;
  storage::DurationHistogram lag_;
};

}  // namespace ngcshare
