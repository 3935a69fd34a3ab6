// Flow control of one tcp mapping over lossless Data (kCapWindow, SPEC.md §5.3): the limits up to
// which this side and the other side may send. Offsets count stream bytes from 0 in each direction.
// Without the capability in force the windows are unlimited.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "protocol/wire/packet.h"

namespace ngcshare {

class StreamWindow {
 public:
  // Each side may send this much before the first Window packet; a receiver buffers at most this.
  static constexpr uint64_t kInitialBytes = 512 * 1024;

  // Puts the limits in force. Call once, before bytes flow.
  void enforce() {
    enforced_ = true;
    send_limit_ = receive_limit_ = kInitialBytes;
  }

  // Returns the number of bytes that may be sent now.
  uint64_t sendable() const { return send_limit_ - send_offset_; }
  void on_sent(size_t bytes) { send_offset_ += bytes; }

  // The other side has announced its limit. Returns true if it grew; lower limits are outdated.
  bool on_window(uint64_t limit) {
    if (!enforced_ || limit <= send_limit_) return false;
    send_limit_ = limit;
    return true;
  }

  // Bytes have arrived. Returns false if the other side sent more than it may.
  bool on_received(size_t bytes) {
    if (bytes > receive_limit_ - receive_offset_) return false;
    receive_offset_ += bytes;
    return true;
  }

  // The local program has taken bytes. Returns the limit to announce if it is worth a packet: if a
  // quarter of the window has been freed since the last one.
  std::optional<uint64_t> on_consumed(size_t bytes) {
    consumed_ = std::min(consumed_ + bytes, receive_offset_);
    if (!enforced_) return std::nullopt;
    const uint64_t limit = consumed_ + kInitialBytes;
    if (limit - receive_limit_ < kInitialBytes / 4) return std::nullopt;
    std::shift_right(earlier_limits_.begin(), earlier_limits_.end(), 1);
    earlier_limits_.front() = receive_limit_;
    receive_limit_ = limit;
    return limit;
  }

  // Returns the last limit announced if the sender stands at one of those before it, or less than a
  // packet below, because the announcements since then may have been lost.
  std::optional<uint64_t> unheard_limit() const {
    const bool stopped =
        std::any_of(earlier_limits_.begin(), earlier_limits_.end(), [this](uint64_t limit) {
          return receive_offset_ <= limit && limit - receive_offset_ < kMaxStreamChunkBytes;
        });
    return stopped ? std::optional(receive_limit_) : std::nullopt;
  }

 private:
  static constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();
  // The limits that a window has room for beside the last one: it grows by a quarter at least.
  static constexpr size_t kEarlierLimits = 4;

  static constexpr std::array<uint64_t, kEarlierLimits> no_limits() {
    std::array<uint64_t, kEarlierLimits> limits{};
    limits.fill(kUnlimited);
    return limits;
  }

  bool enforced_ = false;
  uint64_t send_offset_ = 0;
  uint64_t send_limit_ = kUnlimited;
  uint64_t receive_offset_ = 0;
  uint64_t receive_limit_ = kUnlimited;
  std::array<uint64_t, kEarlierLimits> earlier_limits_ = no_limits();  // the newest first
  uint64_t consumed_ = 0;
};

}  // namespace ngcshare
