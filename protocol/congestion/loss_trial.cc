#include "protocol/congestion/loss_trial.h"

#include <algorithm>
#include <cmath>

#include "protocol/congestion/controller.h"

namespace ngcshare::link {
namespace {

constexpr double kThreshold = 0.02;
// Of a count of kThreshold and what chance explains. With less, a link that loses 2 % at random
// would join every trial that others begin, who may have made their loss up.
constexpr double kDeviations = 2;
constexpr double kLeastPackets = 64;  // of which a share says something
// Fewer packets suffice to join the trial of another link, which has seen more.
constexpr double kLeastPacketsToJoin = 8;

constexpr double kTrialGain = 0.8;
constexpr int kRoundsToWait = 2;
// A standing queue of this length is not the link's own.
constexpr Duration kForeignQueue = std::chrono::milliseconds(5);

constexpr double kGainAfter = 0.9;
// A link comes to its equal share in steps, because the rates of one round are not exact and other
// links may have bottlenecks of their own.
constexpr double kLeastStep = 0.8;
constexpr double kMostStep = 1.2;
constexpr Duration kHold = std::chrono::seconds(2);

constexpr double kMostRandom = 0.1;      // more is always a queue
constexpr double kForgetting = 1. / 16;  // of random_, for each sample that lost less
constexpr Duration kMostTrust = std::chrono::seconds(320);

double packets_of(uint64_t bytes) { return static_cast<double>(bytes) / kFullPacketBytes; }

}  // namespace

double LossTrial::pace() const { return kTrialGain * rate_before_; }

double LossTrial::rate_after() const {
  return std::clamp(kGainAfter * mean_before_, kLeastStep * rate_before_, kMostStep * rate_before_);
}

LossTrial::Verdict LossTrial::on_round(const Round& round) {
  if (shared_ == nullptr) return Verdict::kNone;
  if (state_ == State::kWaiting) {
    if (--rounds_to_wait_ == 0) state_ = State::kMeasuring;
    return Verdict::kNone;
  }
  if (state_ == State::kHolding && round.now >= held_until_) state_ = State::kWatching;
  lost_ += packets_of(round.lost_bytes);
  packets_ += packets_of(round.acked_bytes + round.lost_bytes);
  Verdict verdict = Verdict::kNone;
  if (joins_trial()) {
    verdict = begin(round);
  } else if (packets_ < kLeastPackets) {
    return Verdict::kNone;
  } else {
    verdict = state_ == State::kMeasuring ? end(round) : judge(round);
  }
  packets_ = lost_ = 0;
  return verdict;
}

// Links that made their trials one after the other would each find that loss goes on.
bool LossTrial::joins_trial() {
  if (state_ != State::kWatching || trials_seen_ == shared_->trials()) return false;
  trials_seen_ = shared_->trials();
  return packets_ >= kLeastPacketsToJoin && loses_more_than_by_chance();
}

bool LossTrial::loses_more_than_by_chance() const {
  const double expected = (random_ + kThreshold) * packets_;
  return lost_ > expected + kDeviations * std::sqrt(expected + 1);
}

LossTrial::Verdict LossTrial::judge(const Round& round) {
  if (round.now >= trusted_until_) random_ = 0;
  if (loses_more_than_by_chance()) {
    const Verdict verdict = begin(round);
    if (verdict == Verdict::kBegun) trials_seen_ = shared_->count_trial();
    return verdict;
  }
  if (share() < random_) random_ += (share() - random_) * kForgetting;
  return Verdict::kNone;
}

LossTrial::Verdict LossTrial::begin(const Round& round) {
  if (round.rate <= 0) return Verdict::kNone;  // no sample counted: it sends little
  const auto mean = shared_->note(link_, round.rate, round.now);
  if (!mean) return Verdict::kNone;
  share_before_ = share();
  rate_before_ = round.rate;
  mean_before_ = *mean;
  rounds_to_wait_ = kRoundsToWait;
  state_ = State::kWaiting;
  return Verdict::kBegun;
}

LossTrial::Verdict LossTrial::end(const Round& round) {
  if (share() < (share_before_ + random_) / 2 || round.standing_queue > kForeignQueue) {
    state_ = State::kHolding;
    held_until_ = round.now + kHold;
    return Verdict::kQueue;
  }
  state_ = State::kWatching;
  random_ = std::min(share(), kMostRandom);
  trusted_until_ = round.now + trust_;
  trust_ = std::min(2 * trust_, kMostTrust);
  return Verdict::kRandom;
}

}  // namespace ngcshare::link
