#include "bot/peers/copy_watch.h"

#include <algorithm>

namespace ngcshare {

void CopyWatch::note_drawn(const storage::Person& peer, uint32_t epoch) {
  const auto [known, is_new] = peers_.try_emplace(peer);
  known->second.drawn.insert(epoch);
  if (!is_new) return;
  order_.push_back(peer);
  if (order_.size() <= kMostPeers) return;
  peers_.erase(order_.front());
  order_.pop_front();
}

bool CopyWatch::note_named(const storage::Person& peer, uint32_t epoch, TimePoint now) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return false;
  Known& known = found->second;
  if (known.drawn.contains(epoch)) {
    if (!known.since) known.since = now;
    return false;
  }
  if (!known.since || now - *known.since < kSettles) return false;
  known.other = now;
  if (told_ && now - *told_ < kRepeat) return false;
  told_ = now;
  return true;
}

size_t CopyWatch::witnesses(TimePoint now) const {
  return static_cast<size_t>(std::count_if(peers_.begin(), peers_.end(), [&](const auto& entry) {
    const auto& other = entry.second.other;
    return other && now - *other < kFresh;
  }));
}

}  // namespace ngcshare
