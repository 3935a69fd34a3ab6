// Tells loss in a full queue from loss at random, where several links of the process lose at the
// same time: in a trial all of them send less, and loss in their queue ends, while loss at random
// goes on.
//
// A trial begins where a link loses more than at random, by the threshold of 2 % of BBR version 3
// (draft-ietf-ccwg-bbr, BBR.LossThresh) and what chance explains.
#pragma once

#include <chrono>
#include <cstdint>

#include "protocol/congestion/shared_loss.h"

namespace ngcshare::link {

class LossTrial {
 public:
  enum class Verdict {
    kNone,
    kBegun,   // send at pace() until the verdict
    kQueue,   // a queue has overflowed: go on at rate_after(), and do not probe while holds()
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
      : LossTrial(shared, shared != nullptr ? shared->enrol() : 0) {}
  // Returns the trial of a link that starts over. It is the same link to the others: two would lose
  // at the same time.
  LossTrial restarted() const { return LossTrial(shared_, link_); }

  // Takes a round trip at its end.
  Verdict on_round(const Round& round);

  // Returns whether a trial is on.
  bool is_on() const { return state_ == State::kWaiting || state_ == State::kMeasuring; }
  // Returns the pace of the trial, in bytes per second. REQUIRES: is_on().
  double pace() const;
  // Returns an equal share of what all links that lost had together, in bytes per second, less a
  // tenth, so that the queue drains. Valid after kQueue.
  double rate_after() const;
  // Returns whether the queue has overflowed so lately that no probe should follow.
  bool holds() const { return state_ == State::kHolding; }

 private:
  enum class State : uint8_t {
    kWatching,
    kWaiting,    // for the packets sent before the trial, and for the queue to shrink
    kMeasuring,  // the trial's loss
    kHolding,
  };

  LossTrial(SharedLoss* shared, uint64_t link) : shared_(shared), link_(link) {}

  double share() const { return lost_ / packets_; }
  bool joins_trial();
  bool loses_more_than_by_chance() const;
  Verdict judge(const Round& round);
  Verdict begin(const Round& round);
  Verdict end(const Round& round);

  SharedLoss* shared_;
  uint64_t link_;
  uint64_t trials_seen_ = 0;  // of SharedLoss
  State state_ = State::kWatching;
  double packets_ = 0;  // of the rounds that are judged together
  double lost_ = 0;
  double random_ = 0;  // share that is lost at random, as far as it is known
  // Before the trial: the share that was lost, the rate, and the mean rate of links that lost.
  double share_before_ = 0;
  double rate_before_ = 0;
  double mean_before_ = 0;
  int rounds_to_wait_ = 0;
  TimePoint held_until_{};
  // Time for which loss counts as random. It doubles with each verdict, because each trial costs
  // some of the rate.
  Duration trust_ = std::chrono::seconds(10);
  TimePoint trusted_until_ = TimePoint::max();
};

}  // namespace ngcshare::link
