// The deadlines of many owners, each known by a key: finds the next one without asking them all.
// An owner that needs a later deadline, or none any more, need not say so: it is asked when the
// one that is kept has come, and then names its next one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "protocol/base/clock.h"

namespace ngcshare {

template <typename Key>
class DeadlineQueue {
 public:
  // Makes the key due at `when` at the latest.
  void ring_by(const Key& key, TimePoint when) {
    const auto known = places_.find(key);
    if (known != places_.end()) {
      if (known->second.first <= when) return;
      order_.erase(known->second);
    }
    const Place place{when, next_number_++};
    places_.insert_or_assign(key, place);
    order_.emplace(place, key);
  }

  // Has no effect if the key has no deadline.
  void remove(const Key& key) {
    const auto known = places_.find(key);
    if (known == places_.end()) return;
    order_.erase(known->second);
    places_.erase(known);
  }

  // Returns the earliest deadline, or nullopt if there is none.
  std::optional<TimePoint> next() const {
    return order_.empty() ? std::nullopt : std::optional(order_.begin()->first.first);
  }

  // Takes out the key that is due first, or returns nullopt if none is due at `now`. Of equal
  // deadlines the one that was named first comes first.
  std::optional<Key> take_due(TimePoint now) {
    if (order_.empty() || order_.begin()->first.first > now) return std::nullopt;
    const Key key = order_.begin()->second;
    remove(key);
    return key;
  }

  size_t size() const { return places_.size(); }

 private:
  using Place = std::pair<TimePoint, uint64_t>;  // in the order

  std::map<Place, Key> order_;
  std::unordered_map<Key, Place> places_;
  uint64_t next_number_ = 0;
};

}  // namespace ngcshare
