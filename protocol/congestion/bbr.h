// BBR congestion control: models the path by its delivery rate and least RTT and keeps just that
// much in flight, so that random loss costs no speed and queues stay short.
//
// After draft-cardwell-iccrg-bbr-congestion-control-00 (BBR version 1), with these changes:
// 1. Least-RTT probing keeps half of the path's contents in flight instead of four packets, and is
//    skipped while samples near the least RTT arrive anyway (version 2). It lasts two round trips
//    where that is less than 200 ms, which would cost a path of 10 ms a hundredth of its rate.
// 2. Bandwidth probes last 32 ms while they find nothing, and a round if the last one found more,
// or
//    if the path is long and loses so much that short ones cannot make up for it; they end as soon
//    as their queue is seen. Such a probe makes 8 ms of queue, where version 1 makes a quarter of
//    the RTT.
// 3. A queue that stands for a whole round is drained by sending 5 % less. One that doubles the RTT
//    for 3 s makes the least RTT be measured again, because the path may have become longer.
// 4. Start-up also ends when a queue stands or a round loses more than a tenth, and has the window
//    gain of cruising (2, version 3) instead of 2.9.
// 5. Where several links of the process lose at the same time, they try together whether loss ends
//    when they send less (loss_trial.h). If it does, each goes on with an equal share and probes
//    after 2 s only. Loss of a link alone changes nothing, as in version 1: the bounds of version 3
//    take loss at random above 2 % for a queue.
// 6. The window allows for bursts of acknowledgements (version 2) and for 2 ms in which a process
//    does not wake up.
//
// The draft's functions (§4 and §5 of it) and where they are:
//   UpdateRound                                 update_round()
//   UpdateBtlBw                                 update_bandwidth(): 10 rounds, app-limited samples
//                                               count only if they are higher
//   UpdateRTprop, CheckProbeRTT, HandleProbeRTT update_min_rtt(), check_probe_rtt(): change 1
//   CheckFullPipe                               check_full_pipe(): change 4
//   CheckDrain                                  check_drain()
//   EnterProbeBW                                enter_probe_bandwidth(): the phase depends on the
//                                               round instead of chance
//   CheckCyclePhase, IsNextCyclePhase           advance_cycle(): change 2
//   HandleRestartFromIdle                       on_sent()
//   SetPacingRate                               pacing_rate(): no 1 % of margin, change 3
//   SetSendQuantum                              Pacer's burst
//   UpdateTargetCwnd, SetCwnd                   target_window(), set_window(): change 6
//   ModulateCwndForRecovery                     none: no packet conservation after loss; the first
//                                               round of loss is bounded by pacing
//   AdaptLowerBounds of version 3               respond_to_loss(): change 5
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "protocol/base/clock.h"
#include "protocol/congestion/controller.h"
#include "protocol/congestion/loss_trial.h"
#include "protocol/congestion/windowed_max.h"

namespace ngcshare::link {

class Bbr : public CongestionController {
 public:
  // `shared_loss` is that of the process and must outlive the controller; nullptr: no other links.
  explicit Bbr(SharedLoss* shared_loss = nullptr) : Bbr(LossTrial(shared_loss)) {}

  void on_sent(TimePoint now, uint64_t bytes, uint64_t in_flight) override;
  void on_event(const Event& event) override;
  void on_persistent_congestion(TimePoint now) override;

  uint64_t window() const override { return window_; }
  double pacing_rate() const override;
  double delivery_rate() const override { return bandwidth_.get(); }
  const char* state() const override;

 private:
  explicit Bbr(const LossTrial& loss_trial) : loss_trial_(loss_trial) {}

  enum class Mode { kStartup, kDrain, kProbeBandwidth, kProbeRtt };

  static constexpr double kStartupGain = 2.885;
  static constexpr double kDrainGain = 1 / 2.885;
  static constexpr double kWindowGain = 2;
  static constexpr uint64_t kBandwidthRounds = 10;
  static constexpr Duration kMinRttExpiry = std::chrono::seconds(10);
  static constexpr Duration kDoubtfulMinRttExpiry = std::chrono::seconds(3);
  static constexpr Duration kProbeRttTime = std::chrono::milliseconds(200);  // at most

  void update_round(const Event& event);
  void update_queue(const Event& event);
  void update_bandwidth(const Event& event);
  void update_extra_acked(const Event& event);
  void update_min_rtt(const Event& event);
  void check_full_pipe(const Event& event);
  void respond_to_loss(const Event& event);
  void cruise(TimePoint now);
  void check_drain(const Event& event);
  void begin_probe();
  void advance_cycle(const Event& event);
  void check_probe_rtt(const Event& event);
  void set_window(const Event& event);
  void enter_probe_bandwidth(TimePoint now);

  double bdp() const;  // bandwidth-delay product in bytes; 0 while unknown
  uint64_t target_window(double gain) const;
  double pacing_gain() const;
  // Returns the queueing delay that is clearly more than jitter. REQUIRES: min_rtt_.
  Duration visible_queue() const;

  Mode mode_ = Mode::kStartup;
  WindowedMax bandwidth_{kBandwidthRounds};
  WindowedMax extra_acked_{kBandwidthRounds};
  std::optional<Duration> min_rtt_;
  TimePoint min_rtt_at_{};
  uint64_t window_ = kInitialWindowBytes;

  // A round is a round trip: it ends when a packet sent after its start is acknowledged.
  uint64_t round_ = 0;
  uint64_t round_ends_at_ = 0;  // in delivered bytes
  bool round_started_ = false;

  std::optional<Duration> round_rtt_;  // least RTT of this round so far
  Duration standing_queue_{};          // least queueing delay of the last whole round

  double full_bandwidth_ = 0;
  int rounds_without_growth_ = 0;
  bool full_pipe_ = false;
  uint64_t round_acked_ = 0;  // bytes, in this round
  uint64_t round_lost_ = 0;

  LossTrial loss_trial_;
  double round_rate_ = 0;              // highest of this round
  double bandwidth_before_trial_ = 0;  // as estimated then

  size_t cycle_ = 0;
  TimePoint cycle_started_{};
  double bandwidth_before_probe_ = 0;
  bool probe_found_more_ = false;
  bool long_probe_ = false;   // the current probe lasts a full round
  uint64_t cycle_acked_ = 0;  // bytes, since the last probe began
  uint64_t cycle_lost_ = 0;

  TimePoint aggregation_started_{};
  uint64_t aggregation_acked_ = 0;

  std::optional<TimePoint> probe_rtt_until_;
};

}  // namespace ngcshare::link
