// CUBIC congestion control (RFC 9438), for comparison with BBR: the window grows as a cubic
// function of the time since the last loss. Paces at slightly more than a window per round trip.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "protocol/base/clock.h"
#include "protocol/congestion/controller.h"

namespace ngcshare::link {

class Cubic : public CongestionController {
 public:
  void on_sent(TimePoint /*now*/, uint64_t /*bytes*/, uint64_t /*in_flight*/) override {}
  void on_event(const Event& event) override;
  void on_persistent_congestion(TimePoint now) override;

  uint64_t window() const override { return static_cast<uint64_t>(window_); }
  double pacing_rate() const override;
  double delivery_rate() const override;
  const char* state() const override;

 private:
  bool in_slow_start() const { return window_ < slow_start_threshold_; }
  void on_loss(const Event& event);
  void on_acked(const Event& event);

  double window_ = kInitialWindowBytes;
  double slow_start_threshold_ = 1e18;
  double window_before_loss_ = 0;  // W_max, bytes
  double reno_window_ = 0;         // W_est, bytes
  double plateau_seconds_ = 0;     // K
  std::optional<TimePoint> epoch_started_;
  std::optional<TimePoint> recovery_started_;
  Duration smoothed_rtt_ = std::chrono::milliseconds(100);
};

}  // namespace ngcshare::link
