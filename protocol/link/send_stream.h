// The sending half of a stream: keeps bytes until they are acknowledged and chooses the next ones
// to send, lost ones first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "protocol/link/range_set.h"
#include "protocol/link/stream_buffer.h"

namespace ngcshare::link {

class SendStream {
 public:
  struct Segment {
    uint64_t offset = 0;
    size_t length = 0;
    bool fin = false;     // the stream ends after these bytes
    bool is_new = false;  // no retransmission
  };

  // `memory` pays for the bytes kept and must outlive the stream; nullptr: nobody pays.
  explicit SendStream(uint64_t peer_limit, MemoryAccount* memory = nullptr)
      : buffer_(memory), charge_(memory), limit_(peer_limit) {}

  // -- the local side -------------------------------------------------------------------
  // Appends bytes. REQUIRES: not finishing().
  void write(Bytes bytes);
  void finish() { fin_ = Fin::kWanted; }
  bool finishing() const { return fin_ != Fin::kOpen; }
  uint64_t unsent() const { return end_ - next_; }
  // Returns the number of bytes kept, which are those from the first unacknowledged one on.
  uint64_t held() const { return end_ - acked_until(); }

  // -- packets --------------------------------------------------------------------------
  // Returns the next segment to send and counts it as sent; nullopt if there is none. It has at
  // most `most` bytes, and at most `most_new` if they are new (flow control of the link).
  std::optional<Segment> next_segment(size_t most, uint64_t most_new);
  bool has_something_to_send(uint64_t most_new) const;
  // Returns whether bytes that were lost have to be sent again.
  bool has_lost() const { return !lost_.empty(); }
  void copy(uint64_t offset, std::span<uint8_t> out) const { buffer_.copy(offset, out); }

  void on_acked(uint64_t offset, uint64_t length, bool fin);
  // Makes the bytes be sent again, except those that were acknowledged meanwhile.
  void on_lost(uint64_t offset, uint64_t length, bool fin);
  // Raises the offset up to which the peer lets the stream send. Lower limits are outdated.
  void on_limit(uint64_t limit) { limit_ = std::max(limit_, limit); }

  // Returns the offset after the last byte that has been sent.
  uint64_t sent_until() const { return next_; }
  bool all_acked() const { return fin_ == Fin::kAcked && acked_until() == end_; }
  uint64_t buffered_bytes() const { return buffer_.allocated_bytes() + charge_.bytes(); }

 private:
  enum class Fin { kOpen, kWanted, kSent, kAcked };

  uint64_t acked_until() const;
  uint64_t sendable(uint64_t most_new) const;
  void charge() { charge_.set(acked_.allocated_bytes() + lost_.allocated_bytes()); }

  StreamBuffer buffer_;
  RangeSet acked_;
  RangeSet lost_;
  MemoryCharge charge_;  // for both
  uint64_t end_ = 0;     // bytes written by the local side
  uint64_t next_ = 0;    // first byte that has never been sent
  uint64_t limit_;
  Fin fin_ = Fin::kOpen;
};

}  // namespace ngcshare::link
