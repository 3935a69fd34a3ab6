// Flow control of one tcp mapping over lossless Data (kCapWindow, SPEC.md §5.3): how far this side
// may send and how far it lets the other side send. Offsets count stream bytes from 0 in each
// direction. Without the capability in force the windows are unlimited.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace ngcshare {

class StreamWindow {
 public:
  // What each side may send before the first Window packet; also the most that a receiver buffers.
  static constexpr uint64_t kInitialBytes = 512 * 1024;

  // Puts the limits in force. Call once, before bytes flow.
  void enforce() {
    enforced_ = true;
    send_limit_ = receive_limit_ = kInitialBytes;
    previous_receive_limit_ = kUnlimited;
  }

  // How many bytes may be sent now.
  uint64_t sendable() const { return send_limit_ - send_offset_; }
  void on_sent(size_t bytes) { send_offset_ += bytes; }

  // The other side raised its limit; lower or equal limits are old news. True when it grew.
  bool on_window(uint64_t limit) {
    if (!enforced_ || limit <= send_limit_) return false;
    send_limit_ = limit;
    return true;
  }

  // Bytes have arrived. False when the other side sent more than it was allowed to.
  bool on_received(size_t bytes) {
    if (bytes > receive_limit_ - receive_offset_) return false;
    receive_offset_ += bytes;
    return true;
  }

  // The local program has taken bytes. The limit to announce, when it is worth a packet: a quarter
  // of the window has been freed since the last one.
  std::optional<uint64_t> on_consumed(size_t bytes) {
    consumed_ = std::min(consumed_ + bytes, receive_offset_);
    if (!enforced_) return std::nullopt;
    const uint64_t limit = consumed_ + kInitialBytes;
    if (limit - receive_limit_ < kInitialBytes / 4) return std::nullopt;
    previous_receive_limit_ = receive_limit_;
    receive_limit_ = limit;
    return limit;
  }

  // The last limit announced, when the sender has stopped right where the one before it ended: it
  // may not have heard of it.
  std::optional<uint64_t> unheard_limit() const {
    if (!enforced_ || receive_offset_ != previous_receive_limit_) return std::nullopt;
    return receive_limit_;
  }

 private:
  static constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

  bool enforced_ = false;
  uint64_t send_offset_ = 0;
  uint64_t send_limit_ = kUnlimited;
  uint64_t receive_offset_ = 0;
  uint64_t receive_limit_ = kUnlimited;
  uint64_t previous_receive_limit_ = kUnlimited;
  uint64_t consumed_ = 0;
};

}  // namespace ngcshare
