// Depth of this thread in calls of sessions. A session may call a sink from inside such a call,
// with its own loops and references half-way, so sinks, their owners and sessions themselves may be
// destroyed only outside.
#pragma once

#include <cassert>

namespace ngcshare {

// Lives as long as a call of a session does.
class SessionCall {
 public:
  SessionCall() { ++depth_; }
  ~SessionCall() { --depth_; }
  SessionCall(const SessionCall&) = delete;
  SessionCall& operator=(const SessionCall&) = delete;

  // Returns whether this thread is inside a call of any session.
  static bool any() { return depth_ > 0; }

 private:
  static inline thread_local int depth_ = 0;
};

}  // namespace ngcshare
