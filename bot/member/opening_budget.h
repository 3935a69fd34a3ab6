// Limits how often each gateway makes a member open local ports: its offers can come and go without
// end, and each opening takes time of the loop on which everything runs.
#pragma once

#include <cstddef>
#include <iterator>
#include <map>

#include "protocol/base/clock.h"
#include "protocol/base/token_bucket.h"
#include "protocol/wire/packet.h"
#include "storage/values/person.h"

namespace ngcshare {

class OpeningBudget {
 public:
  // Enough for a gateway with as many offers as it may make that is restarted a few times.
  static constexpr double kBurst = 4 * kMaxOffersHeard;
  static constexpr double kPerSecond = 4;

  // Returns true if a port of the gateway may be opened now.
  bool allows(const storage::Person& gateway, TimePoint now) {
    const auto found = buckets_.find(gateway);
    return found == buckets_.end() || found->second.level(now) >= 1;
  }
  // Counts a port that was opened, also one that belongs to another one's block.
  void spend(const storage::Person& gateway, TimePoint now) {
    if (buckets_.size() >= kMostKept) forget_idle(now);
    buckets_.try_emplace(gateway, kPerSecond, kBurst).first->second.spend(1, now);
  }
  size_t size() const { return buckets_.size(); }

 private:
  static constexpr size_t kMostKept = 64;  // of which all may be forgotten that are full
  void forget_idle(TimePoint now) {
    for (auto bucket = buckets_.begin(); bucket != buckets_.end();) {
      bucket = bucket->second.level(now) >= kBurst ? buckets_.erase(bucket) : std::next(bucket);
    }
  }

  std::map<storage::Person, TokenBucket> buckets_;
};

}  // namespace ngcshare
