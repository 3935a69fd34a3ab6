// Whether a call of a session is on the stack. A session may call a sink from inside such a call,
// with its own loops and references half-way, so objects that it calls (sinks, and what owns them)
// and sessions themselves may be destroyed only outside.
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
