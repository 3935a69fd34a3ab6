// The Accepts of one peer that wait for the owner's decision, oldest first: the peer may open
// connections only so fast, because each costs the gateway a socket, a connection to the target and
// a line in the log; faster ones wait and are not refused. Bounded by the number of mappings that
// a session may have, since each Accept here is one.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>

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

  void add(const Waiting& accept) { waiting_.push_back(accept); }
  // The mapping has ended; no effect if it does not wait.
  void remove(MsgId mapping) {
    std::erase_if(waiting_, [=](const Waiting& one) { return one.mapping == mapping; });
  }

  size_t size() const { return waiting_.size(); }

  // Takes out the next one whose turn has come, or returns nullopt.
  std::optional<Waiting> take(TimePoint now) {
    if (waiting_.empty() || !budget_.take(now)) return std::nullopt;
    const Waiting next = waiting_.front();
    waiting_.pop_front();
    return next;
  }
  // Returns the time of the next turn, or nullopt if none waits.
  std::optional<TimePoint> deadline(TimePoint now) {
    if (waiting_.empty()) return std::nullopt;
    return budget_.time_of(1, now);
  }

 private:
  TokenBucket budget_;
  std::deque<Waiting> waiting_;
};

}  // namespace ngcshare
