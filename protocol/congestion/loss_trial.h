// Tells loss in a full queue from loss at random, where several links of the process lose at the
// same time: in a trial they send less, and loss in their queue ends, while loss at random goes on.
//
// A trial begins where a link loses more than at random, by the threshold of 2 % of BBR version 3
// (draft-ietf-ccwg-bbr, "BBRLossThresh") and what chance explains.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>

#include "protocol/congestion/controller.h"
#include "protocol/congestion/shared_loss.h"

namespace ngcshare::link {

class LossTrial {
 public:
  enum class Verdict {
    kNone,
    kBegun,   // send less until the verdict
    kQueue,   // a queue has overflowed: do not probe for more while holds()
    kRandom,  // sending less has not helped: send as before
  };
  struct Round {
    uint64_t acked_bytes = 0;
    uint64_t lost_bytes = 0;
    double rate = 0;            // highest delivery rate, bytes per second
    Duration standing_queue{};  // least queueing delay
    TimePoint now{};            // its end
  };

  // `shared` must outlive the trial; nullptr: there are no other links, and no trial is made.
  explicit LossTrial(SharedLoss* shared)
      : shared_(shared), link_(shared != nullptr ? shared->enrol() : 0) {}

  // Takes a round trip at its end.
  Verdict on_round(const Round& round) {
    if (shared_ == nullptr) return Verdict::kNone;
    if (state_ == State::kWaiting) {
      if (--rounds_to_wait_ == 0) state_ = State::kMeasuring;
      return Verdict::kNone;
    }
    if (state_ == State::kHolding && round.now >= until_) state_ = State::kWatching;
    lost_ += static_cast<double>(round.lost_bytes) / kFullPacketBytes;
    packets_ += static_cast<double>(round.acked_bytes + round.lost_bytes) / kFullPacketBytes;
    if (packets_ < kLeastPackets) return Verdict::kNone;
    const Verdict verdict = state_ == State::kMeasuring ? end(round) : judge(round);
    packets_ = lost_ = 0;
    return verdict;
  }

  // Returns whether a trial is on, in which less should be sent.
  bool is_on() const { return state_ == State::kWaiting || state_ == State::kMeasuring; }
  // Returns the pace of the trial, in bytes per second. REQUIRES: is_on().
  double pace() const { return kTrialGain * rate_before_; }
  // Returns the rate that leaves the queue empty, in bytes per second, after kQueue. Links that
  // have more than others give up more, so that they come to have the same.
  double rate_after() const {
    const double gain = kGainAfter * std::sqrt(mean_before_ / rate_before_);
    return rate_before_ * std::clamp(gain, kLeastGainAfter, kMostGainAfter);
  }
  // Returns whether the queue has overflowed so lately that no probe should follow.
  bool holds() const { return state_ == State::kHolding; }

 private:
  enum class State : uint8_t {
    kWatching,
    kWaiting,    // for the packets sent before the trial, and for the queue to shrink
    kMeasuring,  // the trial's loss
    kHolding,
  };

  static constexpr double kTrialGain = 0.8;
  static constexpr double kGainAfter = 0.9;
  static constexpr double kLeastGainAfter = 0.7;
  static constexpr double kMostGainAfter = 1;
  static constexpr double kThreshold = 0.02;
  static constexpr double kDeviations = 2;        // of a count that chance explains
  static constexpr double kLeastPackets = 64;     // of which a share says something
  static constexpr double kMostRandom = 0.1;      // more is always a queue
  static constexpr double kForgetting = 1. / 16;  // of random_, for each sample that lost less
  static constexpr int kRoundsToWait = 2;
  static constexpr Duration kHold = std::chrono::seconds(2);
  // A standing queue of this length is not this link's own.
  static constexpr Duration kForeignQueue = std::chrono::milliseconds(5);
  // Time for which loss counts as random. It doubles with each verdict, because each trial costs
  // some of the rate.
  static constexpr Duration kLeastTrust = std::chrono::seconds(10);
  static constexpr Duration kMostTrust = std::chrono::seconds(320);

  double share() const { return lost_ / packets_; }

  Verdict judge(const Round& round) {
    if (round.now >= trusted_until_) random_ = 0;
    const double random = random_ * packets_;
    if (lost_ <= random + kThreshold * packets_ + kDeviations * std::sqrt(random + 1)) {
      if (share() < random_) random_ += (share() - random_) * kForgetting;
      return Verdict::kNone;
    }
    const auto mean = shared_->note(link_, round.rate, round.now);
    if (!mean || round.rate <= 0) return Verdict::kNone;
    rate_before_ = round.rate;
    mean_before_ = *mean;
    share_before_ = share();
    state_ = State::kWaiting;
    rounds_to_wait_ = kRoundsToWait;
    return Verdict::kBegun;
  }

  Verdict end(const Round& round) {
    if (share() < (share_before_ + random_) / 2 || round.standing_queue > kForeignQueue) {
      state_ = State::kHolding;
      until_ = round.now + kHold;
      return Verdict::kQueue;
    }
    state_ = State::kWatching;
    random_ = std::min(share(), kMostRandom);
    trusted_until_ = round.now + trust_;
    trust_ = std::min(2 * trust_, kMostTrust);
    return Verdict::kRandom;
  }

  SharedLoss* shared_;
  uint64_t link_;
  State state_ = State::kWatching;
  double packets_ = 0;  // of the rounds that are judged together
  double lost_ = 0;
  double random_ = 0;  // share that is lost at random, as far as it is known
  // Before the trial: the share that was lost, the rate, and the mean rate of links that lost.
  double share_before_ = 0;
  double rate_before_ = 0;
  double mean_before_ = 0;
  int rounds_to_wait_ = 0;
  TimePoint until_{};
  TimePoint trusted_until_ = TimePoint::max();
  Duration trust_ = kLeastTrust;
};

}  // namespace ngcshare::link
