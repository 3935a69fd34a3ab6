#include "protocol/link/receive_stream.h"

#include <algorithm>
#include <cassert>

#include "protocol/link/truncated.h"

namespace ngcshare::link {

uint64_t ReceiveStream::complete_offset(uint32_t low) const {
  return complete_truncated(low, 32, credit_.taken());
}

ReceiveStream::Result ReceiveStream::receive(uint64_t offset, Bytes bytes, bool fin,
                                             TimePoint now) {
  const uint64_t end = offset + bytes.size();
  if (end > credit_.limit() || end < offset) return Result::kProtocolError;
  if (final_size_ && (end > *final_size_ || (fin && end != *final_size_))) {
    return Result::kProtocolError;
  }
  if (fin && end < credit_.taken()) return Result::kProtocolError;
  const uint64_t read = credit_.read();
  const uint64_t from = std::max(offset, read);
  const bool is_new_hole = from < end && !received_.contains(from) && from != read &&
                           !(from > 0 && received_.contains(from - 1));
  if (is_new_hole && received_.ranges().size() >= kMaxHoles) return Result::kTooManyHoles;
  if (!flow_.take(credit_, end, now)) return Result::kProtocolError;
  if (from < end) {
    for (const auto& hole : received_.missing(from, end)) {
      buffer_.write(hole.begin, bytes.subspan(static_cast<size_t>(hole.begin - offset),
                                              static_cast<size_t>(hole.size())));
      held_ += hole.size();
    }
    received_.add(from, end);
    charge_.set(received_.allocated_bytes());
  }
  if (fin) final_size_ = end;
  return Result::kOk;
}

ReceiveStream::Result ReceiveStream::reset(uint64_t final_offset, TimePoint now) {
  const bool contradicts = final_size_ && *final_size_ != final_offset;
  if (final_offset < credit_.taken() || contradicts || !flow_.take(credit_, final_offset, now)) {
    return Result::kProtocolError;
  }
  was_reset_ = true;
  return Result::kOk;
}

Bytes ReceiveStream::readable() const {
  const auto& ranges = received_.ranges();
  const uint64_t read = credit_.read();
  if (ranges.empty() || ranges.front().begin > read) return {};
  return buffer_.read(read, ranges.front().end - read);
}

bool ReceiveStream::consume(size_t bytes, TimePoint now) {
  assert(received_.ranges().front().begin <= credit_.read() &&
         credit_.read() + bytes <= received_.ranges().front().end);
  held_ -= bytes;
  const bool limit_grew = flow_.read(credit_, bytes, now);
  received_.remove_below(credit_.read());
  charge_.set(received_.allocated_bytes());
  buffer_.release_below(credit_.read());
  return limit_grew && !final_size_;  // after its end the sender needs no higher limit
}

bool ReceiveStream::widen() {
  return !final_size_ && readable().empty() && flow_.widen(credit_, held_);
}

}  // namespace ngcshare::link
