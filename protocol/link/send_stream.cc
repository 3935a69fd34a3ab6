#include "protocol/link/send_stream.h"

#include <cassert>

namespace ngcshare::link {

void SendStream::write(Bytes bytes) {
  assert(fin_ == Fin::kOpen);
  buffer_.write(end_, bytes);
  end_ += bytes.size();
}

uint64_t SendStream::sendable(uint64_t most_new) const {
  const uint64_t by_limit = limit_ > next_ ? limit_ - next_ : 0;
  return std::min({end_ - next_, by_limit, most_new});
}

bool SendStream::has_something_to_send(uint64_t most_new) const {
  if (!lost_.empty() || sendable(most_new) > 0) return true;
  return fin_ == Fin::kWanted && next_ == end_;
}

std::optional<SendStream::Segment> SendStream::next_segment(size_t most, uint64_t most_new) {
  Segment segment;
  if (!lost_.empty()) {
    const auto range = lost_.ranges().front();
    segment.offset = range.begin;
    segment.length = static_cast<size_t>(std::min<uint64_t>(range.size(), most));
    lost_.remove(segment.offset, segment.offset + segment.length);
    charge();
  } else {
    segment.offset = next_;
    segment.length = static_cast<size_t>(std::min<uint64_t>(sendable(most_new), most));
    segment.is_new = true;
    next_ += segment.length;
  }
  const bool reaches_end = segment.offset + segment.length == end_ && next_ == end_;
  if (reaches_end && fin_ == Fin::kWanted) {
    segment.fin = true;
    fin_ = Fin::kSent;
  }
  if (segment.length == 0 && !segment.fin) return std::nullopt;
  return segment;
}

uint64_t SendStream::acked_until() const {
  const auto& ranges = acked_.ranges();
  return !ranges.empty() && ranges.front().begin == 0 ? ranges.front().end : 0;
}

void SendStream::on_acked(uint64_t offset, uint64_t length, bool fin) {
  acked_.add(offset, offset + length);
  lost_.remove(offset, offset + length);
  charge();
  if (fin) fin_ = Fin::kAcked;
  buffer_.release_below(acked_until());
}

void SendStream::on_lost(uint64_t offset, uint64_t length, bool fin) {
  for (const auto& hole : acked_.missing(offset, offset + length)) lost_.add(hole.begin, hole.end);
  charge();
  if (fin && fin_ == Fin::kSent) fin_ = Fin::kWanted;
}

}  // namespace ngcshare::link
