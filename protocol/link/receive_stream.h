// The receiving half of a stream: puts segments in order, whatever order they come in and however
// often, and holds what the local side has not taken yet, never more than its window.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/link/range_set.h"
#include "protocol/link/receive_window.h"
#include "protocol/link/stream_buffer.h"

namespace ngcshare::link {

class ReceiveStream {
 public:
  // So many holes may be open at once; a peer that makes more is not served further.
  static constexpr size_t kMaxHoles = 2048;

  ReceiveStream(uint64_t initial_window, uint64_t most_window)
      : window_(initial_window, most_window) {}

  enum class Result {
    kOk,
    kTooManyHoles,   // not taken: treat the packet as lost
    kProtocolError,  // beyond the limit, or another end than before
  };
  Result receive(uint64_t offset, Bytes bytes, bool fin);

  // The sender gives the stream up after `final_offset` bytes, of which the rest will not come.
  Result reset(uint64_t final_offset);

  // Bytes that come next and lie together; empty when there are none.
  Bytes readable() const;
  // The local side has taken that many of them; a new limit when it is worth telling the sender.
  std::optional<uint64_t> consume(size_t bytes, TimePoint now, Duration rtt);

  // A new limit where bytes wait behind a hole and need more window.
  std::optional<uint64_t> widen() {
    if (final_size_ || !readable().empty()) return std::nullopt;
    return window_.on_waiting(read_, held_);
  }

  // Everything up to the stream's end has been taken.
  bool at_end() const { return final_size_ == read_; }
  // How far the sender has come, for the link's limit; and whether it will come no further.
  uint64_t highest() const { return highest_; }
  bool fin_received() const { return final_size_.has_value(); }
  bool final_offset_known() const { return final_size_.has_value() || was_reset_; }
  uint64_t final_offset() const { return final_size_.value_or(highest_); }
  uint64_t read_until() const { return read_; }
  uint64_t limit() const { return window_.limit(); }
  // A 32-bit offset as it travels, completed to the one nearest to what is expected.
  uint64_t complete_offset(uint32_t low) const;
  uint64_t buffered_bytes() const { return buffer_.allocated_bytes(); }

 private:
  StreamBuffer buffer_;
  RangeSet received_;  // from read_ on
  ReceiveWindow window_;
  uint64_t read_ = 0;
  uint64_t highest_ = 0;
  uint64_t held_ = 0;  // bytes that have come and are not read
  std::optional<uint64_t> final_size_;
  bool was_reset_ = false;
};

}  // namespace ngcshare::link
