// Packet numbers that a sender leaves out at random, so that a peer that acknowledges packets it
// has not received gives itself away (RFC 9000 §21.4): with such acknowledgements it could raise
// the rate at which this side sends without bound.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "protocol/base/entropy.h"

namespace ngcshare::link {

class SkippedNumbers {
 public:
  // Packets between two numbers that are left out: from kLeastApart to twice as many. The peer sees
  // each as a lost packet and acknowledges what follows at once, which costs something.
  static constexpr uint64_t kLeastApart = 128;

  // `entropy` must outlive this object; nullptr: no number is left out.
  explicit SkippedNumbers(Entropy* entropy) : entropy_(entropy) { draw(); }

  // Counts a packet. Returns whether the next number, `next`, must be left out.
  bool skips_after_packet(uint64_t next) {
    if (entropy_ == nullptr || --packets_left_ > 0) return false;
    draw();
    numbers_.push_back(next);
    if (numbers_.size() > kRemembered) numbers_.pop_front();
    return true;
  }
  // Returns whether one of the numbers from `begin` to `end` - 1 was left out lately.
  bool any_in(uint64_t begin, uint64_t end) const {
    const auto first = std::lower_bound(numbers_.begin(), numbers_.end(), begin);
    return first != numbers_.end() && *first < end;
  }

 private:
  static constexpr size_t kRemembered = 64;

  void draw() {
    if (entropy_ != nullptr) packets_left_ = kLeastApart + entropy_->next_u32() % kLeastApart;
  }

  Entropy* const entropy_;
  uint64_t packets_left_ = 0;
  std::deque<uint64_t> numbers_;  // in order
};

}  // namespace ngcshare::link
