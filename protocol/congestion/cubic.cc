#include "protocol/congestion/cubic.h"

#include <algorithm>
#include <cmath>

namespace ngcshare::link {
namespace {

constexpr double kC = 0.4;  // in packets per second cubed
constexpr double kBeta = 0.7;
constexpr double kPacingGain = 1.25;
constexpr double kSlowStartPacingGain = 2;
constexpr double kPacket = kFullPacketBytes;

}  // namespace

const char* Cubic::state() const { return in_slow_start() ? "slow start" : "avoidance"; }

double Cubic::delivery_rate() const { return window_ / std::max(seconds(smoothed_rtt_), 0.00005); }

double Cubic::pacing_rate() const {
  return (in_slow_start() ? kSlowStartPacingGain : kPacingGain) * delivery_rate();
}

void Cubic::on_event(const Event& event) {
  smoothed_rtt_ = event.smoothed_rtt;
  if (event.lost_bytes > 0) on_loss(event);
  if (event.acked_bytes > 0 && !event.app_limited) on_acked(event);
}

// Reduces the window once per round trip, however many packets are lost in it.
void Cubic::on_loss(const Event& event) {
  if (recovery_started_ && event.newest_lost_sent_at <= *recovery_started_) return;
  recovery_started_ = event.now;
  const bool shrinking = window_ < window_before_loss_;  // fast convergence, RFC 9438 §4.7
  window_before_loss_ = shrinking ? window_ * (1 + kBeta) / 2 : window_;
  window_ = std::max(window_ * kBeta, static_cast<double>(kLeastWindowBytes));
  slow_start_threshold_ = window_;
  epoch_started_.reset();
}

void Cubic::on_acked(const Event& event) {
  const auto acked = static_cast<double>(event.acked_bytes);
  if (in_slow_start()) {
    window_ += acked;
    return;
  }
  if (!epoch_started_) {
    epoch_started_ = event.now;
    reno_window_ = window_;
    if (window_before_loss_ < window_) window_before_loss_ = window_;
    plateau_seconds_ = std::cbrt((window_before_loss_ - window_) / kPacket / kC);
  }
  const double since = seconds(event.now - *epoch_started_) + seconds(event.smoothed_rtt);
  const double cubed = std::pow(since - plateau_seconds_, 3);
  const double target =
      std::clamp(window_before_loss_ + kC * cubed * kPacket, window_, 1.5 * window_);
  reno_window_ += 3 * (1 - kBeta) / (1 + kBeta) * acked / window_ * kPacket;
  window_ += (target - window_) * acked / window_;
  window_ = std::max(window_, reno_window_);
}

void Cubic::on_persistent_congestion(TimePoint /*now*/) {
  slow_start_threshold_ = window_ * kBeta;
  window_ = kLeastWindowBytes;
  epoch_started_.reset();
  recovery_started_.reset();
}

}  // namespace ngcshare::link
