// The receiving half of a stream: puts segments in order, which may arrive in any order and more
// than once, and holds the bytes that the local side has not read, at most its window.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/link/range_set.h"
#include "protocol/link/receive_window.h"
#include "protocol/link/stream_buffer.h"

namespace ngcshare::link {

class ReceiveStream {
 public:
  // Holes that may be open at once. A segment that would make more is not taken.
  static constexpr size_t kMaxHoles = 2048;

  ReceiveStream(uint64_t initial_window, uint64_t most_window)
      : window_(initial_window, most_window) {}

  enum class Result {
    kOk,
    kTooManyHoles,   // not taken; treat the packet as lost
    kProtocolError,  // exceeds the limit, or contradicts the stream's end
  };
  Result receive(uint64_t offset, Bytes bytes, bool fin);

  // Ends the stream, which the sender gives up after `final_offset` bytes; missing ones will not
  // arrive.
  Result reset(uint64_t final_offset);

  // Returns the next bytes in order that are contiguous in memory, or none if none have arrived.
  Bytes readable() const;
  // Removes the first `bytes` of readable(). Returns the new limit if it should be sent.
  std::optional<uint64_t> consume(size_t bytes, TimePoint now, Duration rtt);

  // Returns a new limit if bytes wait behind a hole and need a larger window.
  std::optional<uint64_t> widen() {
    if (final_size_ || !readable().empty()) return std::nullopt;
    return window_.on_waiting(read_, held_);
  }

  // Returns true if everything up to the stream's end has been read.
  bool at_end() const { return final_size_ == read_; }
  // Returns the end of the sender's bytes so far, which counts towards the link's limit.
  uint64_t highest() const { return highest_; }
  bool fin_received() const { return final_size_.has_value(); }
  bool final_offset_known() const { return final_size_.has_value() || was_reset_; }
  // Returns the highest offset that will count. Only a lower bound until final_offset_known().
  uint64_t final_offset() const { return final_size_.value_or(highest_); }
  uint64_t read_until() const { return read_; }
  uint64_t limit() const { return window_.limit(); }
  // Completes a 32-bit offset from the wire to the one nearest to highest().
  uint64_t complete_offset(uint32_t low) const;
  uint64_t buffered_bytes() const { return buffer_.allocated_bytes(); }

 private:
  StreamBuffer buffer_;
  RangeSet received_;  // from read_ on
  ReceiveWindow window_;
  uint64_t read_ = 0;
  uint64_t highest_ = 0;
  uint64_t held_ = 0;  // bytes that have arrived and are not read
  std::optional<uint64_t> final_size_;
  bool was_reset_ = false;
};

}  // namespace ngcshare::link
