#include "protocol/session/room_turns.h"

#include <utility>

namespace ngcshare {

void RoomTurns::add(Mapping& mapping) {
  if (std::exchange(mapping.waiting_for_room, true)) return;
  waiting_.push_back(&mapping);
}

void RoomTurns::remove(Mapping& mapping) {
  if (std::exchange(mapping.waiting_for_room, false)) std::erase(waiting_, &mapping);
}

void RoomTurns::serve(bool room, TimePoint now) {
  channel_full_ = !room;
  serving_ = true;
  for (size_t turns = waiting_.size(); turns > 0 && !waiting_.empty() && !channel_full_; --turns) {
    serve_first(now);
  }
  serving_ = false;
}

void RoomTurns::serve_first(TimePoint now) {
  Mapping* const mapping = waiting_.front();
  waiting_.pop_front();
  mapping->waiting_for_room = false;
  const uint64_t sent_before = data_sent_;
  mapping->room_again(now);
  // A mapping that found no room at all keeps its turn: otherwise the same few would be served.
  const bool waits_again = !waiting_.empty() && waiting_.back() == mapping;
  if (waits_again && data_sent_ == sent_before) {
    waiting_.pop_back();
    waiting_.push_front(mapping);
  }
}

}  // namespace ngcshare
