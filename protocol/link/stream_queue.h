// A queue of streams in which each stands at most once, and which one that ends leaves at once.
// Each stream keeps its place.
#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <optional>

#include "protocol/wire/msg_id.h"

namespace ngcshare::link {

class StreamQueue {
 public:
  using Place = std::optional<std::list<MsgId>::iterator>;  // nullopt: not in the queue

  // Puts the stream at the end. Does nothing if it is in the queue.
  void add(MsgId id, Place& place) {
    if (!place) place = order_.insert(order_.end(), id);
  }
  // Does nothing if the stream is not in the queue.
  void remove(Place& place) {
    if (!place) return;
    order_.erase(*place);
    place.reset();
  }

  bool empty() const { return order_.empty(); }
  size_t size() const { return order_.size(); }
  // REQUIRES: !empty().
  MsgId front() const { return order_.front(); }

 private:
  std::list<MsgId> order_;
};

}  // namespace ngcshare::link
