// Bounds the datagrams that are in flight over a TCP relay beside the link's packets, because
// toxcore's connection to a relay can wedge for good when more is written than it gets rid of.
// Nothing says when a datagram has arrived: each counts for the round trip after it was sent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>

#include "protocol/base/clock.h"
#include "protocol/link/link.h"

namespace ngcshare {

class RelayAllowance {
 public:
  static constexpr uint64_t kMostBytes = link::Link::kMaxInFlightOverRelay;
  // Datagrams may have this much even while the link fills the path.
  static constexpr uint64_t kOwnBytes = kMostBytes / 2;

  // Returns whether a datagram of `bytes` on the wire, in however many packets, may be sent now; if
  // so, counts it as sent. `link_bytes`: in flight of the link.
  bool take(uint64_t bytes, uint64_t link_bytes, Duration round_trip, TimePoint now) {
    while (!sent_.empty() && now - sent_.front().at >= round_trip) {
      in_flight_ -= sent_.front().bytes;
      sent_.pop_front();
    }
    const uint64_t left_by_link = kMostBytes - std::min(kMostBytes, link_bytes);
    if (in_flight_ + bytes > std::max(kOwnBytes, left_by_link)) return false;
    in_flight_ += bytes;
    sent_.push_back({now, bytes});
    return true;
  }

 private:
  struct Sent {
    TimePoint at;
    uint64_t bytes = 0;
  };
  std::deque<Sent> sent_;
  uint64_t in_flight_ = 0;
};

}  // namespace ngcshare
