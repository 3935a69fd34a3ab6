#include "bot/peers/copy_watch.h"

#include <algorithm>

#include "protocol/wire/msg_id.h"

namespace ngcshare {
namespace {

constexpr int64_t steps_in(std::chrono::seconds time) { return EpochSeal::step_of(time.count()); }

}  // namespace

bool CopyWatch::Known::has_drawn(uint32_t epoch) const {
  return std::any_of(drawn.begin(), drawn.end(),
                     [epoch](const Drawn& one) { return one.epoch == epoch; });
}

// Returns what is known of the peer; if it is new, then from now on.
CopyWatch::Known& CopyWatch::meet(const storage::Person& peer, int64_t step) {
  const auto [known, is_new] = peers_.try_emplace(peer);
  if (!is_new) return known->second;
  known->second.unsure_until = step;
  order_.push_back(peer);
  if (order_.size() > kMostPeers) {
    peers_.erase(order_.front());
    order_.pop_front();
  }
  return known->second;
}

uint32_t CopyWatch::draw(const storage::Person& peer, Entropy& entropy, int64_t unix_now) {
  if (!seal_) return draw_msg_id(entropy);
  const int64_t step = EpochSeal::step_of(unix_now);
  Known& known = meet(peer, step);
  uint32_t epoch = 0;
  do {
    epoch = seal_->draw(peer, step, entropy);
  } while (known.has_drawn(epoch));
  known.drawn.push_back({epoch, step});
  if (known.drawn.size() > kMostDrawn) {
    known.unsure_until = std::max(known.unsure_until, known.drawn.front().step);
    known.drawn.pop_front();
  }
  return epoch;
}

bool CopyWatch::note_named(const storage::Person& peer, uint32_t epoch, TimePoint now,
                           int64_t unix_now) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return false;
  Known& known = found->second;
  if (known.has_drawn(epoch)) {
    if (!known.since) known.since = now;
    return false;
  }
  if (!known.since || now - *known.since < kSettles) return false;
  if (known.tries.level(now) < 1 || tries_.level(now) < 1) return false;
  if (!is_of_a_copy(peer, known, epoch, EpochSeal::step_of(unix_now))) {
    known.tries.take(now);
    tries_.take(now);
    return false;
  }
  known.other = now;
  if (told_ && now - *told_ < kRepeat) return false;
  told_ = now;
  return true;
}

bool CopyWatch::is_of_a_copy(const storage::Person& peer, const Known& known, uint32_t epoch,
                             int64_t step) const {
  const int64_t last = step + steps_in(kAhead);
  for (int64_t at = std::max(known.unsure_until + 1, step - steps_in(kOldest)); at <= last; ++at) {
    if (seal_->is_own(epoch, peer, at)) return true;
  }
  return false;
}

size_t CopyWatch::witnesses(TimePoint now) const {
  return static_cast<size_t>(std::count_if(peers_.begin(), peers_.end(), [&](const auto& entry) {
    const auto& other = entry.second.other;
    return other && now - *other < kFresh;
  }));
}

}  // namespace ngcshare
