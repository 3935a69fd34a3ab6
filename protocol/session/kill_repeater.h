// Kills that a peer has not acknowledged yet, each repeated a few times. Bounded: beyond
// kMaxPending the oldest is given up, because its mapping is gone here and another Kill answers
// anything the peer still sends for it.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "protocol/base/clock.h"
#include "protocol/base/retry.h"
#include "protocol/wire/packet.h"

namespace ngcshare {

class KillRepeater {
 public:
  static constexpr size_t kMaxPending = 512;
  static constexpr int kRepeats = 6;

  // Begins to repeat `kill`, which has just been sent for the first time.
  void add(const Kill& kill, TimePoint now) {
    acknowledged(kill.id);
    if (pending_.size() >= kMaxPending) pending_.pop_front();
    pending_.push_back({kill, {}});
    pending_.back().retry.start(now, kRepeats);
  }

  void acknowledged(MsgId id) {
    std::erase_if(pending_, [id](const Pending& pending) { return pending.kill.id == id; });
  }
  void clear() { pending_.clear(); }

  // Returns the Kills to send again now, and forgets those that were repeated often enough.
  std::vector<Kill> due(TimePoint now) {
    std::vector<Kill> again;
    for (Pending& pending : pending_) {
      if (pending.retry.due(now)) again.push_back(pending.kill);
    }
    std::erase_if(pending_, [](const Pending& pending) { return !pending.retry.active(); });
    return again;
  }

  std::optional<TimePoint> deadline() const {
    std::optional<TimePoint> next;
    for (const Pending& pending : pending_) lower(next, pending.retry.deadline());
    return next;
  }

 private:
  struct Pending {
    Kill kill;
    Retry retry;
  };
  std::deque<Pending> pending_;
};

}  // namespace ngcshare
