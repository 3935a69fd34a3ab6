// Receive window of one stream, or of all streams of a link together: the bytes that the peer may
// send ahead of the reader. It begins small and grows while the reader keeps up and the window is
// what holds the sender back, as TCP's receive buffer does. Link defines the sizes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "protocol/base/clock.h"
#include "protocol/link/memory_budget.h"

namespace ngcshare::link {

class ReceiveWindow {
 public:
  // The arguments are those of GrowingLimit.
  ReceiveWindow(uint64_t initial_bytes, uint64_t most_bytes, MemoryBudget* budget = nullptr)
      : size_(initial_bytes, most_bytes, budget), limit_(initial_bytes) {}

  // Returns the offset up to which the peer may send.
  uint64_t limit() const { return limit_; }
  uint64_t size() const { return size_.bytes(); }

  // Counts bytes up to `read` as read. Returns the new limit if it should be sent, because a
  // quarter of the window has been freed.
  std::optional<uint64_t> on_read(uint64_t read, TimePoint now, Duration rtt) {
    if (!update_is_due(read)) return std::nullopt;
    // A quarter read in less than a round trip: at this speed the window limits the sender.
    if (now - last_update_ < rtt) size_.grow();
    last_update_ = now;
    return move_limit(read);
  }
  // Grows the window if `waiting` bytes behind a hole are a quarter of it, although the reader has
  // read everything before the hole: on a path that loses packets it must hold the bytes that
  // arrive meanwhile, and a packet that is lost twice costs three round trips. Returns the new
  // limit, if any.
  std::optional<uint64_t> on_waiting(uint64_t read, uint64_t waiting) {
    if (waiting < size() / 4 || !size_.grow()) return std::nullopt;
    return move_limit(read);
  }
  // Like on_read() for bytes that will never be read, which say nothing about the reader's speed.
  std::optional<uint64_t> on_skipped(uint64_t read) {
    if (!update_is_due(read)) return std::nullopt;
    return move_limit(read);
  }

 private:
  bool update_is_due(uint64_t read) const { return read + size() >= limit_ + size() / 4; }
  uint64_t move_limit(uint64_t read) {
    limit_ = std::max(limit_, read + size());
    return limit_;
  }

  GrowingLimit size_;
  uint64_t limit_;
  TimePoint last_update_{};
};

}  // namespace ngcshare::link
