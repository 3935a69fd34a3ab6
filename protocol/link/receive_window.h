// How much a receiver lets the other side send ahead of what has been read: of one stream, or of
// all streams of a link together. It begins small and grows while the reader keeps up and the
// window is what holds the sender back, as TCP's receive buffer does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "protocol/clock.h"
#include "protocol/link/memory_budget.h"

namespace ngcshare::link {

class ReceiveWindow {
 public:
  // As GrowingLimit.
  ReceiveWindow(uint64_t initial_bytes, uint64_t most_bytes, MemoryBudget* budget = nullptr)
      : size_(initial_bytes, most_bytes, budget), limit_(initial_bytes) {}

  // The sender may go up to this offset.
  uint64_t limit() const { return limit_; }
  uint64_t size() const { return size_.bytes(); }

  // Bytes up to `read` have been taken. The new limit, when it is worth telling: a quarter of the
  // window has been freed.
  std::optional<uint64_t> on_read(uint64_t read, TimePoint now, Duration rtt) {
    if (!update_is_due(read)) return std::nullopt;
    // A quarter taken in less than a round trip: at this speed the window is the brake.
    if (now - last_update_ < rtt) size_.grow();
    last_update_ = now;
    return move_limit(read);
  }
  // So many bytes have come, but a hole keeps the reader, who has taken all before it, from them.
  // The new limit when they are a quarter of the window: on a path that loses packets it has to
  // hold what comes while the lost ones are sent again, perhaps twice.
  std::optional<uint64_t> on_waiting(uint64_t read, uint64_t waiting) {
    if (waiting < size() / 4 || !size_.grow()) return std::nullopt;
    return move_limit(read);
  }
  // The same for bytes that nobody will take: that says nothing of the reader's speed.
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
