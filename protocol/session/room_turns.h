// Mappings that found no room on the lossless channel, in the order in which they may try again.
// While any of them waits no other mapping may send stream bytes, because it would take their room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "protocol/session/mapping.h"
#include "protocol/wire/contact.h"

namespace ngcshare {

class RoomTurns {
 public:
  // Returns whether stream bytes may be sent now.
  bool may_send_stream() const { return serving_ || waiting_.empty(); }
  // Notes how sending a Data packet ended.
  void note_sent(SendResult result) {
    if (result == SendResult::kFull) channel_full_ = true;
    if (result == SendResult::kSent) ++data_sent_;
  }

  // Puts a mapping at the end of the queue unless it is there. It must be taken out with remove()
  // before it dies.
  void add(Mapping& mapping);
  void remove(Mapping& mapping);
  bool empty() const { return waiting_.empty(); }

  // Calls room_again() on each waiting mapping, at most once, until the channel is full. `room`:
  // the control packets that go first have all been sent.
  void serve(bool room, TimePoint now);

 private:
  void serve_first(TimePoint now);

  std::deque<Mapping*> waiting_;
  bool serving_ = false;
  bool channel_full_ = false;
  uint64_t data_sent_ = 0;  // Data packets of all mappings
};

}  // namespace ngcshare
