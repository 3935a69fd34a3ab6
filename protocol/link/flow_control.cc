#include "protocol/link/flow_control.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace ngcshare::link {

bool FlowControl::take(Incoming& stream, uint64_t end, TimePoint now) {
  if (end <= stream.taken_) return true;
  const uint64_t more = end - stream.taken_;
  if (end > stream.limit_ || more > limit_ - taken_) return false;
  stream.taken_ = end;
  taken_ += more;
  if (limit_ - taken_ > window_ - window_ / 4) return true;
  // A quarter used in less than a round trip: at this speed the window limits the sender.
  const bool fast = now - std::exchange(raised_at_, now) < rtt_;
  if (fast && window_ < windows_.most_link && memory_.may_hold(2 * window_)) {
    window_ = std::min(2 * window_, windows_.most_link);
  }
  raise();
  return true;
}

// Lets the peer send a window more than it has sent, or less while memory is short.
void FlowControl::raise() {
  while (window_ > windows_.initial_link && !memory_.may_hold(window_)) {
    window_ = std::max(window_ / 2, windows_.initial_link);
  }
  short_ = !memory_.may_hold(window_);
  if (short_ || taken_ + window_ <= limit_) return;
  limit_ = taken_ + window_;
  limit_due_ = true;
}

bool FlowControl::read(Incoming& stream, uint64_t bytes, TimePoint now) {
  assert(bytes <= stream.taken_ - stream.read_);
  stream.read_ += bytes;
  read_ += bytes;
  retry();
  uint64_t window = stream.window_;
  if (!memory_.may_hold(window)) window = std::min(window, kShortWindow);
  if (stream.read_ + window < stream.limit_ + window / 4) return false;
  const bool fast = now - std::exchange(stream.raised_at_, now) < rtt_;
  if (fast && window < windows_.most_stream && memory_.may_hold(2 * window)) {
    window = std::min(2 * window, windows_.most_stream);
    stream.window_ = window;
  }
  stream.limit_ = std::max(stream.limit_, stream.read_ + window);
  return true;
}

bool FlowControl::widen(Incoming& stream, uint64_t waiting) {
  if (waiting < stream.window_ / 4 || stream.window_ >= windows_.most_stream ||
      !memory_.may_hold(2 * stream.window_)) {
    return false;
  }
  stream.window_ = std::min(2 * stream.window_, windows_.most_stream);
  stream.limit_ = std::max(stream.limit_, stream.read_ + stream.window_);
  return true;
}

void FlowControl::give_up(MsgId id, const Incoming& stream, bool end_known) {
  read_ += stream.taken_ - stream.read_;
  if (!end_known) expect_end(id, stream.taken_);
  retry();
}

void FlowControl::expect_end(MsgId id, uint64_t counted) {
  const auto [slot, added] = unsettled_.try_emplace(id);
  if (!added) return;
  slot->second = {counted, order_.insert(order_.end(), id)};
  if (unsettled_.size() <= kMaxUnsettled) return;
  unsettled_.erase(order_.front());
  order_.pop_front();
}

std::optional<uint64_t> FlowControl::unsettled(MsgId id) const {
  const auto found = unsettled_.find(id);
  return found == unsettled_.end() ? std::nullopt : std::optional(found->second.counted);
}

bool FlowControl::settle(MsgId id, uint64_t final_offset) {
  const auto found = unsettled_.find(id);
  if (found == unsettled_.end()) return false;
  const uint64_t counted = found->second.counted;
  order_.erase(found->second.place);
  unsettled_.erase(found);
  // A sender that reports more than it was allowed to send has no credit for it.
  if (final_offset <= counted || final_offset - counted > limit_ - taken_) return true;
  taken_ += final_offset - counted;
  read_ += final_offset - counted;
  if (limit_ - taken_ <= window_ - window_ / 4) raise();
  return true;
}

}  // namespace ngcshare::link
