// The sending half of a stream: keeps bytes until they are acknowledged and says which go out next,
// lost ones first.
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
    bool fin = false;  // the stream ends behind these bytes
    bool is_new = false;
  };

  explicit SendStream(uint64_t peer_limit) : limit_(peer_limit) {}

  // -- the local side -------------------------------------------------------------------
  // REQUIRES: no
  // finish() before.
  void write(Bytes bytes);
  void finish() { fin_ = Fin::kWanted; }
  bool finishing() const { return fin_ != Fin::kOpen; }
  uint64_t unsent() const { return end_ - next_; }
  // Bytes that are kept: from the first that is not acknowledged on.
  uint64_t held() const { return end_ - acked_until(); }

  // -- packets --------------------------------------------------------------------------
  // What goes out next in at most `most` bytes of the stream, of which at most `most_new` may be
  // new ones (flow control of the link). It counts as sent.
  std::optional<Segment> next_segment(size_t most, uint64_t most_new);
  bool has_something_to_send(uint64_t most_new) const;
  void copy(uint64_t offset, std::span<uint8_t> out) const { buffer_.copy(offset, out); }

  void on_acked(uint64_t offset, uint64_t length, bool fin);
  // Bytes that were acknowledged meanwhile stay so.
  void on_lost(uint64_t offset, uint64_t length, bool fin);
  // The peer lets the stream go so far; lower limits are old news.
  void on_limit(uint64_t limit) { limit_ = std::max(limit_, limit); }

  // How far new bytes have been sent.
  uint64_t sent_until() const { return next_; }
  bool all_acked() const { return fin_ == Fin::kAcked && acked_until() == end_; }
  uint64_t buffered_bytes() const { return buffer_.allocated_bytes(); }

 private:
  enum class Fin { kOpen, kWanted, kSent, kAcked };

  uint64_t acked_until() const;
  uint64_t sendable(uint64_t most_new) const;

  StreamBuffer buffer_;
  RangeSet acked_;
  RangeSet lost_;
  uint64_t end_ = 0;   // written by the local side
  uint64_t next_ = 0;  // never sent from here on
  uint64_t limit_;
  Fin fin_ = Fin::kOpen;
};

}  // namespace ngcshare::link
