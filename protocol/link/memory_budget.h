// Memory that the links of a process share, beyond the initial limits of each, so that neither one
// peer nor a hundred keys of one person can make a gateway hold more.
#pragma once

#include <algorithm>
#include <cstdint>

namespace ngcshare::link {

class MemoryBudget {
 public:
  explicit MemoryBudget(uint64_t bytes) : left_(bytes) {}

  uint64_t left() const { return left_; }
  // Takes `bytes`. Returns false, and takes nothing, if fewer are left.
  bool reserve(uint64_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  void release(uint64_t bytes) { left_ += bytes; }

 private:
  uint64_t left_;
};

// A limit in bytes that doubles on demand, up to a maximum and as far as the budget allows. The
// destructor returns to the budget what was taken.
class GrowingLimit {
 public:
  // `budget` must outlive the limit. If it is nullptr, only `most` counts.
  GrowingLimit(uint64_t initial, uint64_t most, MemoryBudget* budget)
      : initial_(initial), bytes_(initial), most_(most), budget_(budget) {}
  ~GrowingLimit() {
    if (budget_ != nullptr) budget_->release(bytes_ - initial_);
  }
  GrowingLimit(const GrowingLimit&) = delete;
  GrowingLimit& operator=(const GrowingLimit&) = delete;

  uint64_t bytes() const { return bytes_; }
  // Returns false if the limit cannot grow.
  bool grow() {
    const uint64_t more = std::min(bytes_, most_ - bytes_);
    if (more == 0 || (budget_ != nullptr && !budget_->reserve(more))) return false;
    bytes_ += more;
    return true;
  }

 private:
  const uint64_t initial_;
  uint64_t bytes_;
  const uint64_t most_;
  MemoryBudget* const budget_;
};

}  // namespace ngcshare::link
