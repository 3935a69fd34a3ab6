#include "protocol/congestion/bbr.h"

#include <algorithm>
#include <array>

namespace ngcshare::link {
namespace {

// Pacing gains of a cycle of eight rounds: probe for bandwidth, drain the probe's queue, cruise.
constexpr std::array<double, 8> kCycleGains{1.25, 0.75, 1, 1, 1, 1, 1, 1};
constexpr size_t kProbeUp = 0;
constexpr size_t kProbeDown = 1;
constexpr size_t kFirstCruise = 2;

constexpr double kFullPipeGrowth = 1.25;
constexpr int kFullPipeRounds = 3;

// The pipe is also full when a round loses more than this, because a queue overflows: random loss
// is lower.
constexpr double kOverflowLoss = 0.1;
constexpr uint64_t kOverflowLeastBytes = 8 * kFullPacketBytes;

// An RTT this near to the least one shows that the queue was empty, so no probe has to empty it.
constexpr int kNearMinPercent = 2;

// Longest first probe. It is short because flows that share the path should not feel a probe that
// finds nothing: at a gain of 1.25 its queue grows by at most 8 ms. After a probe that found more,
// the next ones last a full round and follow without cruising in between.
constexpr Duration kFirstProbe = std::chrono::milliseconds(32);
constexpr double kFoundMore = 1.02;

// Above this loss rate probes last a full round if a short one raises the rate of a round by less
// than so many times the loss: it could not make up for the loss, and the bandwidth estimate would
// decay.
constexpr double kLossForLongProbes = 0.005;
constexpr double kLeastRise = 6;

// The queue of a probe is seen when the RTT exceeds the least one by the larger of these.
constexpr Duration kQueueSeen = std::chrono::milliseconds(8);
constexpr int kQueueSeenPercent = 25;

// A bandwidth estimate that is slightly too high makes a standing queue. While it is longer than
// kStandingQueue, cruising paces at kQueueGain, so that it drains within a few rounds.
constexpr Duration kStandingQueue = std::chrono::milliseconds(4);
constexpr double kQueueGain = 0.95;

// The window holds this many seconds of bandwidth on top of what the path holds, because a sender
// and a receiver that wake up only now and then cannot refill the path in time.
constexpr double kSchedulingSeconds = 0.002;

}  // namespace

const char* Bbr::state() const {
  switch (mode_) {
    case Mode::kStartup:
      return "startup";
    case Mode::kDrain:
      return "drain";
    case Mode::kProbeBandwidth:
      return "probe bandwidth";
    case Mode::kProbeRtt:
      return "probe rtt";
  }
  return "";
}

double Bbr::bdp() const { return min_rtt_ ? bandwidth_.get() * seconds(*min_rtt_) : 0; }

Duration Bbr::visible_queue() const {
  return std::max(kQueueSeen, *min_rtt_ * kQueueSeenPercent / 100);
}

double Bbr::pacing_gain() const {
  switch (mode_) {
    case Mode::kStartup:
      return kStartupGain;
    case Mode::kDrain:
      return kDrainGain;
    case Mode::kProbeBandwidth:
      if (cycle_ >= kFirstCruise && standing_queue_ > kStandingQueue) return kQueueGain;
      return kCycleGains[cycle_];
    case Mode::kProbeRtt:
      return 1;
  }
  return 1;
}

double Bbr::pacing_rate() const {
  if (loss_trial_.is_on()) return loss_trial_.pace();
  const double modelled = pacing_gain() * bandwidth_.get();
  if (mode_ != Mode::kStartup) return modelled;
  // At least the initial window per RTT, or per millisecond before the first sample: the first few
  // packets, an Accept and its answer, say little about what the path carries.
  const double rtt = min_rtt_ ? std::max(seconds(*min_rtt_), 0.0005) : 0.001;
  return std::max(modelled, kStartupGain * static_cast<double>(kInitialWindowBytes) / rtt);
}

uint64_t Bbr::target_window(double gain) const {
  if (bdp() <= 0) return kInitialWindowBytes;
  const double bytes = gain * bdp() + bandwidth_.get() * kSchedulingSeconds;
  return std::max(static_cast<uint64_t>(bytes), kLeastWindowBytes);
}

void Bbr::on_sent(TimePoint now, uint64_t bytes, uint64_t in_flight) {
  if (in_flight > bytes || bandwidth_.get() <= 0) return;
  // Restart from idle. Nothing is known about a queue, so the cycle resumes by cruising.
  aggregation_started_ = now;
  aggregation_acked_ = 0;
  if (mode_ == Mode::kProbeBandwidth && cycle_ <= kProbeDown) {
    cycle_ = kFirstCruise;
    cycle_started_ = now;
  }
}

void Bbr::on_event(const Event& event) {
  update_round(event);
  update_queue(event);
  update_bandwidth(event);
  update_extra_acked(event);
  check_full_pipe(event);
  check_drain(event);
  advance_cycle(event);
  update_min_rtt(event);
  check_probe_rtt(event);
  set_window(event);
}

void Bbr::update_round(const Event& event) {
  round_started_ = false;
  if (!event.rate || event.rate->prior_delivered < round_ends_at_) return;
  round_ends_at_ = event.delivered;
  ++round_;
  round_started_ = true;
}

// Measures the queue by the least RTT of a round: jitter lengthens single round trips, a queue all.
void Bbr::update_queue(const Event& event) {
  if (round_started_ && round_rtt_ && min_rtt_) {
    standing_queue_ = *round_rtt_ - *min_rtt_;
    round_rtt_.reset();
  }
  if (event.rtt) round_rtt_ = std::min(round_rtt_.value_or(*event.rtt), *event.rtt);
}

void Bbr::update_bandwidth(const Event& event) {
  if (!event.rate) return;
  if (event.rate->app_limited && event.rate->bytes_per_second < bandwidth_.get()) return;
  round_rate_ = std::max(round_rate_, event.rate->bytes_per_second);
  bandwidth_.update(event.rate->bytes_per_second, round_);
}

// Measures how many bytes are acknowledged at once beyond those that the bandwidth explains.
void Bbr::update_extra_acked(const Event& event) {
  const double expected = bandwidth_.get() * seconds(event.now - aggregation_started_);
  if (static_cast<double>(aggregation_acked_) <= expected) {
    aggregation_started_ = event.now;
    aggregation_acked_ = 0;
    extra_acked_.update(0, round_);
    aggregation_acked_ += event.acked_bytes;
    return;
  }
  aggregation_acked_ += event.acked_bytes;
  const double extra = static_cast<double>(aggregation_acked_) - expected;
  extra_acked_.update(std::min(extra, static_cast<double>(window_)), round_);
}

void Bbr::check_full_pipe(const Event& event) {
  round_acked_ += event.acked_bytes;
  round_lost_ += event.lost_bytes;
  const auto limit = kOverflowLoss * static_cast<double>(round_acked_ + round_lost_);
  const bool overflows =
      round_lost_ >= kOverflowLeastBytes && static_cast<double>(round_lost_) > limit;
  if (round_started_) {
    if (full_pipe_) respond_to_loss(event);
    round_acked_ = round_lost_ = 0;
    round_rate_ = 0;
    full_pipe_ = full_pipe_ || overflows;
  }
  if (full_pipe_ || !round_started_ || !event.rate || event.rate->app_limited) return;
  if (bandwidth_.get() >= full_bandwidth_ * kFullPipeGrowth) {
    full_bandwidth_ = bandwidth_.get();
    rounds_without_growth_ = 0;
    return;
  }
  ++rounds_without_growth_;
  full_pipe_ =
      rounds_without_growth_ >= kFullPipeRounds || (min_rtt_ && standing_queue_ > visible_queue());
}

// Where links share a queue that overflows, the highest rates of ten rounds of all of them are more
// than the path has, and each takes only what the others lose. So the rate of the last round alone
// counts then, and less.
void Bbr::respond_to_loss(const Event& event) {
  const double rate = std::min(round_rate_, bandwidth_.get());
  switch (loss_trial_.on_round({round_acked_, round_lost_, rate, standing_queue_, event.now})) {
    case LossTrial::Verdict::kNone:
      break;
    case LossTrial::Verdict::kBegun:
      bandwidth_before_trial_ = bandwidth_.get();
      if (mode_ == Mode::kProbeBandwidth) cruise(event.now);
      break;
    case LossTrial::Verdict::kQueue:
      bandwidth_.reset(loss_trial_.rate_after(), round_);
      break;
    case LossTrial::Verdict::kRandom:
      bandwidth_.reset(std::max(bandwidth_before_trial_, bandwidth_.get()), round_);
      break;
  }
}

void Bbr::cruise(TimePoint now) {
  cycle_ = kFirstCruise;
  cycle_started_ = now;
  probe_found_more_ = false;
}

void Bbr::check_drain(const Event& event) {
  if (mode_ == Mode::kStartup && full_pipe_) mode_ = Mode::kDrain;
  if (mode_ == Mode::kDrain && event.in_flight <= target_window(1))
    enter_probe_bandwidth(event.now);
}

void Bbr::enter_probe_bandwidth(TimePoint now) {
  mode_ = Mode::kProbeBandwidth;
  // Start in a cruising phase that depends on the round, so that flows that began together do not
  // probe together.
  cycle_ = kFirstCruise + round_ % (kCycleGains.size() - kFirstCruise);
  cycle_started_ = now;
}

void Bbr::begin_probe() {
  bandwidth_before_probe_ = bandwidth_.get();
  const auto all = static_cast<double>(cycle_acked_ + cycle_lost_);
  const double loss = all > 0 ? static_cast<double>(cycle_lost_) / all : 0;
  const double rise =
      (kCycleGains[kProbeUp] - 1) * std::min(1.0, seconds(kFirstProbe) / seconds(*min_rtt_));
  long_probe_ = probe_found_more_ || (loss > kLossForLongProbes && rise < kLeastRise * loss);
  cycle_acked_ = cycle_lost_ = 0;
}

void Bbr::advance_cycle(const Event& event) {
  cycle_acked_ += event.acked_bytes;
  cycle_lost_ += event.lost_bytes;
  if (mode_ != Mode::kProbeBandwidth || !min_rtt_) return;
  const bool full_round = event.now - cycle_started_ > *min_rtt_;
  bool next = full_round;
  if (cycle_ == kProbeUp) {
    const bool queue_seen = event.rtt && *event.rtt - *min_rtt_ > visible_queue();
    const bool first_over = !long_probe_ && event.now - cycle_started_ > kFirstProbe;
    next = queue_seen || full_round || first_over;
  } else if (cycle_ == kProbeDown) {
    next = full_round || event.in_flight <= static_cast<uint64_t>(bdp());
  }
  const bool may_probe = !loss_trial_.is_on() && !loss_trial_.holds();
  if (!next || (cycle_ >= kFirstCruise && !may_probe)) return;
  if (cycle_ == kFirstCruise) {  // the rate samples of the probe have arrived by now
    probe_found_more_ = bandwidth_.get() > bandwidth_before_probe_ * kFoundMore;
  }
  cycle_ =
      cycle_ == kFirstCruise && probe_found_more_ ? kProbeUp : (cycle_ + 1) % kCycleGains.size();
  if (cycle_ == kProbeUp) begin_probe();
  cycle_started_ = event.now;
}

void Bbr::update_min_rtt(const Event& event) {
  if (!event.rtt) return;
  const bool near = min_rtt_ && *event.rtt <= *min_rtt_ * (100 + kNearMinPercent) / 100;
  if (near) min_rtt_at_ = event.now;
  // A "queue" that does not drain although less is sent may be a longer path: then min_rtt_ is
  // wrong and expires early. (Where the path holds less than the least window, a queue always
  // stands.)
  const bool doubtful = min_rtt_ && standing_queue_ > std::max(2 * visible_queue(), *min_rtt_) &&
                        bdp() > static_cast<double>(kLeastWindowBytes);
  const bool expired =
      min_rtt_ && event.now - min_rtt_at_ > (doubtful ? kDoubtfulMinRttExpiry : kMinRttExpiry);
  if (!min_rtt_ || *event.rtt < *min_rtt_) {
    min_rtt_ = event.rtt;
    min_rtt_at_ = event.now;
  } else if (expired && mode_ != Mode::kProbeRtt && full_pipe_) {
    mode_ = Mode::kProbeRtt;
    probe_rtt_until_.reset();
  }
}

void Bbr::check_probe_rtt(const Event& event) {
  if (mode_ != Mode::kProbeRtt) return;
  if (!probe_rtt_until_) {
    if (event.in_flight > target_window(0.5)) return;
    // Two round trips, as they are now, show an empty queue where the path is short.
    const Duration time = std::min(kProbeRttTime, 2 * event.smoothed_rtt);
    probe_rtt_until_ = event.now + std::max(time, *min_rtt_);
    min_rtt_ = event.rtt.value_or(*min_rtt_);  // measured afresh from here on
    return;
  }
  if (event.rtt) min_rtt_ = std::min(*min_rtt_, *event.rtt);
  if (event.now < *probe_rtt_until_) return;
  min_rtt_at_ = event.now;
  enter_probe_bandwidth(event.now);
}

void Bbr::set_window(const Event& event) {
  if (mode_ == Mode::kProbeRtt) {
    window_ = std::min(window_, target_window(0.5));
    return;
  }
  uint64_t target = target_window(kWindowGain);
  if (full_pipe_) target += static_cast<uint64_t>(extra_acked_.get());
  if (full_pipe_) {
    window_ = std::min(window_ + event.acked_bytes, target);
  } else if (window_ < target || event.delivered < kInitialWindowBytes) {
    window_ += event.acked_bytes;
  }
  window_ = std::max(window_, kLeastWindowBytes);
}

// Starts over, because the path may be another one.
void Bbr::on_persistent_congestion(TimePoint now) {
  *this = Bbr(loss_trial_.restarted());
  min_rtt_at_ = aggregation_started_ = now;
}

}  // namespace ngcshare::link
