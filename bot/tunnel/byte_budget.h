// Limits the bytes that pass in one direction: a token bucket over bytes whose rate can change at
// any time, or no limit at all. No I/O, no clock.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "protocol/base/token_bucket.h"

namespace ngcshare {

class ByteBudget {
 public:
  static constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();
  // In bytes per second; lower rates are raised to it. At less than this the programs at both ends
  // give up waiting for a single packet.
  static constexpr uint64_t kLeastRate = 1024;
  // The burst is 100 ms of the rate, so that a loop that was busy elsewhere can catch up, and at
  // least this, so that the largest datagram fits.
  static constexpr size_t kLeastBurst = 64 * 1024;
  // The grain, the least worth waking up for, is 5 ms of the rate, so that a waiting connection is
  // woken at most 200 times a second, and at least this, a full packet.
  static constexpr size_t kLeastGrain = 2 * 1024;

  // Sets the rate, or removes the limit with nullopt. A budget that was unlimited begins with one
  // grain instead of a burst, because a peer's budget is forgotten with its last connection, and
  // connecting anew must gain nothing.
  void set_rate(std::optional<uint64_t> bytes_per_second, TimePoint now) {
    if (!bytes_per_second) {
      bucket_.reset();
      return;
    }
    const auto rate = static_cast<double>(std::max(*bytes_per_second, kLeastRate));
    grain_ = std::max<double>(kLeastGrain, rate / 200);
    const double burst = std::max<double>(kLeastBurst, rate / 10);
    if (bucket_) {
      bucket_->change(rate, burst, now);
    } else {
      bucket_.emplace(rate, burst);
      bucket_->spend(burst - grain_, now);
    }
  }

  bool limited() const { return bucket_.has_value(); }

  // Returns the bytes that may pass now, or kUnlimited.
  size_t available(TimePoint now) {
    if (!bucket_) return kUnlimited;
    // Slightly more than there is, so that rounding does not break what time_of() has promised.
    const double level = bucket_->level(now) + 1e-3;
    if (level <= 0) return 0;
    return level < kMostCounted ? static_cast<size_t>(level) : static_cast<size_t>(kMostCounted);
  }

  // Returns true if there is enough for a turn: one grain.
  bool ready(TimePoint now) { return available(now) >= grain(); }

  // Returns whether a datagram may pass. One that is larger than a grain needs only a grain and
  // leaves a debt.
  bool admits(size_t bytes, TimePoint now) { return available(now) >= std::min(bytes, grain()); }

  void spend(size_t bytes, TimePoint now) {
    if (bucket_) bucket_->spend(static_cast<double>(bytes), now);
  }

  // Returns the time at which the budget is ready(), at the earliest `now`.
  TimePoint next_available(TimePoint now) {
    if (!bucket_ || ready(now)) return now;
    return bucket_->time_of(grain_, now);
  }

 private:
  static constexpr double kMostCounted = 1e18;

  size_t grain() const {
    return grain_ < kMostCounted ? static_cast<size_t>(grain_) : static_cast<size_t>(kMostCounted);
  }

  std::optional<TokenBucket> bucket_;
  double grain_ = 0;
};

}  // namespace ngcshare
