// Makes the epochs of this process's sessions so that they show who has drawn them: one of 32 bits
// has 8 random ones and 24 of a keyed hash of these, the peer and the time. Whoever has the secret,
// which is derived from the profile, recognizes an epoch that another process with the same profile
// has drawn for that peer. To all others they are random numbers, and a try to make one up succeeds
// once in 2^24 for each time that is accepted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "protocol/base/entropy.h"
#include "storage/values/person.h"

namespace ngcshare {

class EpochSeal {
 public:
  using Secret = std::array<uint8_t, 16>;

  // Time is counted in such steps.
  static constexpr int64_t kStepSeconds = 10;
  static constexpr int64_t step_of(int64_t unix_seconds) { return unix_seconds / kStepSeconds; }

  explicit EpochSeal(const Secret& secret) : secret_(secret) {}

  // Returns an epoch as draw_msg_id() does.
  uint32_t draw(const storage::Person& peer, int64_t step, Entropy& entropy) const;
  // Returns whether it was drawn with the same secret, for that peer and at that time.
  bool is_own(uint32_t epoch, const storage::Person& peer, int64_t step) const;

 private:
  uint32_t make(uint8_t random, const storage::Person& peer, int64_t step) const;

  Secret secret_;
};

}  // namespace ngcshare
