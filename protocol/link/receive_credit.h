// The receiver's account of all streams of a link together: what has come, what has been read, and
// how far the other side may go. Both ends must count the same, also where a stream is given up in
// the middle: then its sender tells in the end how far it had come (RESET_STREAM, as in RFC 9000
// §4.5).
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "protocol/link/receive_window.h"
#include "protocol/msg_id.h"

namespace ngcshare::link {

class ReceiveCredit {
 public:
  // Streams that were given up and whose sender has not told its end; the oldest are forgotten.
  static constexpr size_t kMaxUnsettled = 4096;

  ReceiveCredit(uint64_t initial_window, uint64_t most_window, MemoryBudget* budget = nullptr)
      : window_(initial_window, most_window, budget) {}

  uint64_t limit() const { return window_.limit(); }

  // A stream's highest offset has grown. False, and nothing counted: beyond the limit.
  bool on_received(uint64_t bytes) {
    if (bytes > window_.limit() - received_) return false;
    received_ += bytes;
    return true;
  }
  // True: the limit has grown by so much that it is worth telling.
  bool on_read(uint64_t bytes, TimePoint now, Duration rtt) {
    read_ += bytes;
    return window_.on_read(read_, now, rtt).has_value();
  }
  // As ReceiveWindow::on_waiting().
  bool on_waiting() { return window_.on_waiting(read_, received_ - read_).has_value(); }
  // Bytes that nobody will read.
  bool on_skipped(uint64_t bytes) {
    read_ += bytes;
    return window_.on_skipped(read_).has_value();
  }

  // The stream is given up here, counted up to `highest`, and its end is not known.
  void expect_end(MsgId stream, uint64_t highest) {
    if (!unsettled_.emplace(stream, highest).second) return;
    order_.push_back(stream);
    if (order_.size() <= kMaxUnsettled) return;
    unsettled_.erase(order_.front());
    order_.pop_front();
  }
  // The sender tells the end of a stream that was given up. True as on_read().
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
  uint64_t received_ = 0;  // sum of the highest offsets of all streams ever
  uint64_t read_ = 0;
  std::map<MsgId, uint64_t> unsettled_;  // and what was counted of each
  std::deque<MsgId> order_;
};

}  // namespace ngcshare::link
