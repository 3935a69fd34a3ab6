#include "bot/tunnel/rate_lane.h"

#include <algorithm>
#include <utility>

namespace ngcshare {

RateLane::Flow::~Flow() {
  if (place_) lane_.waiting_.erase(*place_);
}

size_t RateLane::Flow::allowance(TimePoint now) {
  if (!limited()) return ByteBudget::kUnlimited;
  return lane_.waiting_.empty() ? turn(now) : 0;
}

size_t RateLane::Flow::turn(TimePoint now) {
  if (!lane_.total_.ready(now) || !peer_.ready(now)) return 0;
  return std::min({lane_.total_.available(now), peer_.available(now), kTurnBytes});
}

bool RateLane::Flow::admits(size_t bytes, TimePoint now) {
  return lane_.total_.admits(bytes, now) && peer_.admits(bytes, now);
}

void RateLane::Flow::spend(size_t bytes, TimePoint now) {
  lane_.total_.spend(bytes, now);
  peer_.spend(bytes, now);
}

void RateLane::Flow::wait(OnTurn on_turn) {
  on_turn_ = std::move(on_turn);
  place_ = lane_.next_place_++;
  lane_.waiting_.emplace(*place_, this);
}

TimePoint RateLane::Flow::next_turn(TimePoint now) {
  return std::max(lane_.total_.next_available(now), peer_.next_available(now));
}

// A turn may destroy any flow and add others to the queue.
void RateLane::run(TimePoint now) {
  const uint64_t end = next_place_;
  auto next = waiting_.begin();
  while (next != waiting_.end() && next->first < end && total_.ready(now)) {
    const uint64_t place = next->first;
    Flow& flow = *next->second;
    if (const size_t bytes = flow.turn(now); bytes > 0) {
      waiting_.erase(next);
      flow.place_.reset();
      std::exchange(flow.on_turn_, nullptr)(bytes);
    }
    next = waiting_.upper_bound(place);
  }
}

std::optional<TimePoint> RateLane::deadline(TimePoint now) {
  std::optional<TimePoint> earliest;
  for (const auto& [place, flow] : waiting_) {
    const TimePoint when = flow->next_turn(now);
    if (!earliest || when < *earliest) earliest = when;
  }
  return earliest;
}

}  // namespace ngcshare
