// Counts durations by size. Counts only grow. Has no clock.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ngcshare::storage {

class DurationHistogram {
 public:
  // Upper bounds of the buckets, in seconds. A longer duration counts only in count() and sum().
  static constexpr std::array<double, 12> kBounds = {0.00001, 0.0001, 0.0005, 0.001, 0.0025, 0.005,
                                                     0.01,    0.025,  0.05,   0.1,   0.5,    2.5};

  void add(std::chrono::nanoseconds took) {
    const double seconds = std::chrono::duration<double>(took).count();
    ++count_;
    sum_ += seconds;
    for (size_t i = 0; i < kBounds.size(); ++i) {
      if (seconds > kBounds[i]) continue;
      ++counts_[i];
      return;
    }
  }

  const std::array<uint64_t, kBounds.size()>& counts() const { return counts_; }
  uint64_t count() const { return count_; }
  double sum() const { return sum_; }  // seconds

 private:
  std::array<uint64_t, kBounds.size()> counts_{};
  uint64_t count_ = 0;
  double sum_ = 0;
};

}  // namespace ngcshare::storage
