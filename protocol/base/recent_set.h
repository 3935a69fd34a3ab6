// A set of the last N distinct values that forgets the oldest first: bounded memory of values that
// a peer must not use again, however many it invents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_set>

namespace ngcshare {

class RecentSet {
 public:
  explicit RecentSet(size_t capacity) : capacity_(capacity) {}

  void insert(uint32_t value) {
    if (!values_.insert(value).second) return;
    order_.push_back(value);
    if (order_.size() <= capacity_) return;
    values_.erase(order_.front());
    order_.pop_front();
  }
  void erase(uint32_t value) {
    if (values_.erase(value) > 0) std::erase(order_, value);
  }
  bool contains(uint32_t value) const { return values_.contains(value); }

 private:
  size_t capacity_;
  std::deque<uint32_t> order_;
  std::unordered_set<uint32_t> values_;
};

}  // namespace ngcshare
