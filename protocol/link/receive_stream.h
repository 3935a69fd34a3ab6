// The receiving half of a stream: puts segments in order, which may arrive in any order and more
// than once, and holds the bytes that the local side has not read, at most as many as FlowControl
// has offered to the peer.
#pragma once

#include <cstdint>
#include <optional>

#include "protocol/link/flow_control.h"
#include "protocol/link/range_set.h"
#include "protocol/link/stream_buffer.h"

namespace ngcshare::link {

class ReceiveStream {
 public:
  // Holes that may be open at once. A segment that would make more is not taken.
  static constexpr size_t kMaxHoles = 2048;

  // `flow` and `memory` must outlive the stream; `memory` may be nullptr, as in StreamBuffer.
  explicit ReceiveStream(FlowControl& flow, MemoryAccount* memory = nullptr)
      : flow_(flow), credit_(flow.open()), buffer_(memory), charge_(memory) {}

  enum class Result {
    kOk,
    kTooManyHoles,   // not taken; treat the packet as lost
    kProtocolError,  // not taken: exceeds a limit, or contradicts the stream's end
  };
  Result receive(uint64_t offset, Bytes bytes, bool fin, TimePoint now);

  // Ends the stream, which the sender gives up after `final_offset` bytes; missing ones will not
  // arrive.
  Result reset(uint64_t final_offset, TimePoint now);

  // Returns the next bytes in order that are contiguous in memory, or none if none have arrived.
  Bytes readable() const;
  // Removes the first `bytes` of readable(). Returns true if the new limit should be sent.
  bool consume(size_t bytes, TimePoint now);
  // Widens the window if bytes wait behind a hole. Returns true if the new limit should be sent.
  bool widen();
  // Gives the stream's bytes back to the flow control, before the stream is destroyed unread.
  void give_up(MsgId id) { flow_.give_up(id, credit_, final_size_ || was_reset_); }

  // Returns true if everything up to the stream's end has been read.
  bool at_end() const { return final_size_ == credit_.read(); }
  bool fin_received() const { return final_size_.has_value(); }
  uint64_t read_until() const { return credit_.read(); }
  // Returns the number of bytes that have arrived in order or out of order and are not read.
  uint64_t held() const { return held_; }
  const FlowControl::Incoming& credit() const { return credit_; }
  // Completes a 32-bit offset from the wire to the one nearest to the highest that has arrived.
  uint64_t complete_offset(uint32_t low) const;
  uint64_t buffered_bytes() const { return buffer_.allocated_bytes() + charge_.bytes(); }

 private:
  FlowControl& flow_;
  FlowControl::Incoming credit_;
  StreamBuffer buffer_;
  RangeSet received_;    // from read_until() on
  MemoryCharge charge_;  // for received_
  uint64_t held_ = 0;
  std::optional<uint64_t> final_size_;
  bool was_reset_ = false;
};

}  // namespace ngcshare::link
