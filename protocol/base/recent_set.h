// A set of the last N distinct values that forgets the oldest first: bounded memory of values that
// a peer must not use again, however many it invents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <unordered_set>

namespace ngcshare {

template <class Value, class Hash = std::hash<Value>>
class RecentValues {
 public:
  explicit RecentValues(size_t capacity) : capacity_(capacity) {}

  void insert(const Value& value) {
    if (!values_.insert(value).second) return;
    order_.push_back(value);
    if (order_.size() <= capacity_) return;
    values_.erase(order_.front());
    order_.pop_front();
  }
  void erase(const Value& value) {
    if (values_.erase(value) > 0) std::erase(order_, value);
  }
  bool contains(const Value& value) const { return values_.contains(value); }

 private:
  size_t capacity_;
  std::deque<Value> order_;
  std::unordered_set<Value, Hash> values_;
};

using RecentSet = RecentValues<uint32_t>;

}  // namespace ngcshare
