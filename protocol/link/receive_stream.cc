#include "protocol/link/receive_stream.h"

#include <algorithm>
#include <cassert>

#include "protocol/link/truncated.h"

namespace ngcshare::link {

uint64_t ReceiveStream::complete_offset(uint32_t low) const {
  return complete_truncated(low, 32, highest_);
}

ReceiveStream::Result ReceiveStream::receive(uint64_t offset, Bytes bytes, bool fin) {
  const uint64_t end = offset + bytes.size();
  if (end > window_.limit() || end < offset) return Result::kProtocolError;
  if (final_size_ && (end > *final_size_ || (fin && end != *final_size_))) {
    return Result::kProtocolError;
  }
  if (fin && end < highest_) return Result::kProtocolError;
  const uint64_t from = std::max(offset, read_);
  if (from < end) {
    if (received_.ranges().size() >= kMaxHoles && !received_.contains(from) &&
        !(from > 0 && received_.contains(from - 1)) && from != read_) {
      return Result::kTooManyHoles;
    }
    for (const auto& hole : received_.missing(from, end)) {
      buffer_.write(hole.begin, bytes.subspan(static_cast<size_t>(hole.begin - offset),
                                              static_cast<size_t>(hole.size())));
      held_ += hole.size();
    }
    received_.add(from, end);
  }
  if (fin) final_size_ = end;
  highest_ = std::max(highest_, end);
  return Result::kOk;
}

ReceiveStream::Result ReceiveStream::reset(uint64_t final_offset) {
  const bool contradicts = final_size_ && *final_size_ != final_offset;
  if (final_offset > window_.limit() || final_offset < highest_ || contradicts) {
    return Result::kProtocolError;
  }
  highest_ = final_offset;
  was_reset_ = true;
  return Result::kOk;
}

Bytes ReceiveStream::readable() const {
  const auto& ranges = received_.ranges();
  if (ranges.empty() || ranges.front().begin > read_) return {};
  return buffer_.read(read_, ranges.front().end - read_);
}

std::optional<uint64_t> ReceiveStream::consume(size_t bytes, TimePoint now, Duration rtt) {
  assert(received_.ranges().front().begin <= read_ &&
         read_ + bytes <= received_.ranges().front().end);
  read_ += bytes;
  held_ -= bytes;
  received_.remove_below(read_);
  buffer_.release_below(read_);
  if (final_size_) return std::nullopt;  // the sender needs no higher limit
  return window_.on_read(read_, now, rtt);
}

}  // namespace ngcshare::link
