// Flow control of all streams of a link together, on the receiver's side: counts the bytes that
// have arrived and that have been read, and limits what the peer may send. Both ends must count the
// same, so the sender of a stream that is given up in the middle reports where it stopped (a
// RESET, as RESET_STREAM in RFC 9000 §4.5).
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "protocol/link/receive_window.h"
#include "protocol/wire/msg_id.h"

namespace ngcshare::link {

class ReceiveCredit {
 public:
  // Streams given up here whose sender has not reported its end. The oldest are forgotten.
  static constexpr size_t kMaxUnsettled = 4096;

  ReceiveCredit(uint64_t initial_window, uint64_t most_window, MemoryBudget* budget = nullptr)
      : window_(initial_window, most_window, budget) {}

  uint64_t limit() const { return window_.limit(); }

  // Counts the growth of a stream's highest offset. Returns false, and counts nothing, if the sum
  // exceeds the limit.
  bool on_received(uint64_t bytes) {
    if (bytes > window_.limit() - received_) return false;
    received_ += bytes;
    return true;
  }
  // Counts bytes as read. Returns true if the limit has grown enough to be sent.
  bool on_read(uint64_t bytes, TimePoint now, Duration rtt) {
    read_ += bytes;
    return window_.on_read(read_, now, rtt).has_value();
  }
  // Widens the window as ReceiveWindow::on_waiting(). Returns as on_read().
  bool on_waiting() { return window_.on_waiting(read_, received_ - read_).has_value(); }
  // Counts bytes that will never be read. Returns true if the window should be reported, like
  // on_read().
  bool on_skipped(uint64_t bytes) {
    read_ += bytes;
    return window_.on_skipped(read_).has_value();
  }

  // Stores an abandoned stream with its bytes counted up to `highest`, because its final size is
  // unknown until the sender's RESET.
  void expect_end(MsgId stream, uint64_t highest) {
    if (!unsettled_.emplace(stream, highest).second) return;
    order_.push_back(stream);
    if (order_.size() <= kMaxUnsettled) return;
    unsettled_.erase(order_.front());
    order_.pop_front();
  }
  // Counts the rest of such a stream, whose sender has reported its end. Returns as on_read().
  bool on_end(MsgId stream, uint64_t final_offset) {
    const auto found = unsettled_.find(stream);
    if (found == unsettled_.end()) return false;
    const uint64_t counted = found->second;
    unsettled_.erase(found);
    std::erase(order_, stream);
    if (final_offset <= counted || !on_received(final_offset - counted)) return false;
    return on_skipped(final_offset - counted);
  }
  bool expects_end(MsgId stream) const { return unsettled_.contains(stream); }

 private:
  ReceiveWindow window_;
  uint64_t received_ = 0;  // sum of the highest offsets of all streams, open and closed
  uint64_t read_ = 0;
  std::map<MsgId, uint64_t> unsettled_;  // streams given up, and the bytes counted of each
  std::deque<MsgId> order_;              // of unsettled_, the oldest first
};

}  // namespace ngcshare::link
