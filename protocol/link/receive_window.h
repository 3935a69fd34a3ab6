// How much a receiver lets the other side send ahead of what has been read: of one stream, or of
// all streams of a link together. It begins small and grows while the reader keeps up and the
// window is what holds the sender back, as TCP's receive buffer does.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "protocol/clock.h"

namespace ngcshare::link {

class ReceiveWindow {
 public:
  ReceiveWindow(uint64_t initial_bytes, uint64_t most_bytes)
      : size_(initial_bytes), most_(most_bytes), limit_(initial_bytes) {}

  // The sender may go up to this offset.
  uint64_t limit() const { return limit_; }
  uint64_t size() const { return size_; }

  // Bytes up to `read` have been taken. The new limit, when it is worth telling: a quarter of the
  // window has been freed.
  std::optional<uint64_t> on_read(uint64_t read, TimePoint now, Duration rtt) {
    if (read + size_ < limit_ + size_ / 4) return std::nullopt;
    // A quarter taken in less than a round trip: at this speed the window is the brake.
    if (now - last_update_ < rtt) size_ = std::min(2 * size_, most_);
    last_update_ = now;
    limit_ = std::max(limit_, read + size_);
    return limit_;
  }
  // The same for bytes that nobody will take: that says nothing of the reader's speed.
  std::optional<uint64_t> on_skipped(uint64_t read) {
    if (read + size_ < limit_ + size_ / 4) return std::nullopt;
    limit_ = std::max(limit_, read + size_);
    return limit_;
  }

 private:
  uint64_t size_;
  uint64_t most_;
  uint64_t limit_;
  TimePoint last_update_{};
};

}  // namespace ngcshare::link
