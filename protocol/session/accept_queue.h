// The Accepts of one peer that wait for the owner's decision, oldest first: the peer may open
// connections only so fast, because each costs the gateway a socket, a connection to the target and
// a line in the log; faster ones wait and are not refused. Bounded by the number of mappings that
// a session may have, since each Accept here is one.
#pragma once

#include <cstddef>
#include <iterator>
#include <list>
#include <optional>
#include <unordered_map>

#include "protocol/base/token_bucket.h"
#include "protocol/wire/msg_id.h"

namespace ngcshare {

class AcceptQueue {
 public:
  struct Waiting {
    MsgId mapping = 0;
    ServiceKey service = 0;
  };

  AcceptQueue(double per_second, double burst) : budget_(per_second, burst) {}

  // REQUIRES: the mapping does not wait already.
  void add(const Waiting& accept) {
    waiting_.push_back(accept);
    places_[accept.mapping] = std::prev(waiting_.end());
  }
  // The mapping has ended; no effect if it does not wait.
  void remove(MsgId mapping) {
    const auto found = places_.find(mapping);
    if (found == places_.end()) return;
    waiting_.erase(found->second);
    places_.erase(found);
  }

  size_t size() const { return waiting_.size(); }

  // Takes out the next one whose turn has come, or returns nullopt.
  std::optional<Waiting> take(TimePoint now) {
    if (waiting_.empty() || !budget_.take(now)) return std::nullopt;
    const Waiting next = waiting_.front();
    remove(next.mapping);
    return next;
  }
  // Returns the time of the next turn, or nullopt if none waits.
  std::optional<TimePoint> deadline(TimePoint now) {
    if (waiting_.empty()) return std::nullopt;
    return budget_.time_of(1, now);
  }

 private:
  TokenBucket budget_;
  std::list<Waiting> waiting_;
  std::unordered_map<MsgId, std::list<Waiting>::iterator> places_;
};

}  // namespace ngcshare
