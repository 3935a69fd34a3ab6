// Random numbers that a seed reproduces, for the protocol under test and the simulator around it.
#pragma once

#include <cmath>
#include <cstdint>

#include "protocol/base/clock.h"
#include "protocol/base/entropy.h"

namespace ngcshare::test {

// SplitMix64. The same seed gives the same run on every machine.
class SeededEntropy : public Entropy {
 public:
  explicit SeededEntropy(uint64_t seed) : state_(seed) {}

  uint32_t next_u32() override { return static_cast<uint32_t>(next_u64() >> 32); }

  uint64_t next_u64() {
    state_ += 0x9E3779B97F4A7C15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  // Returns a number from 0 to `end` - 1. REQUIRES: end > 0.
  uint64_t below(uint64_t end) { return next_u64() % end; }
  bool chance(double probability) {
    return static_cast<double>(next_u64() >> 11) * 0x1.0p-53 < probability;
  }
  // Draws a number, evenly by order of magnitude.
  double log_between(double least, double most) {
    const double part = static_cast<double>(below(1'000'001)) / 1e6;
    return least * std::pow(most / least, part);
  }
  Duration between(Duration least, Duration most) {
    return least + Duration(below(static_cast<uint64_t>((most - least).count()) + 1));
  }

 private:
  uint64_t state_;
};

}  // namespace ngcshare::test
