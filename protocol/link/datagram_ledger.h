// The sender's record of the datagrams that travel beside the link: how many bytes of them are in
// flight, and which of them have arrived or are lost. The peer counts those that arrive and reports
// the sum in its acknowledgements (SPEC.md §8.4); a peer that does not is taken to have received
// what was sent before the packets that it acknowledges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "protocol/base/clock.h"
#include "protocol/congestion/rate_sampler.h"

namespace ngcshare::link {

class DatagramLedger {
 public:
  // Datagrams that are kept: 200 ms of 100 MB/s, so that a peer which acknowledges late makes
  // nothing grow. The oldest are forgotten.
  static constexpr size_t kMost = 16384;

  struct Sent {
    TimePoint at{};
    uint64_t bytes = 0;  // wire bytes
    RateSampler::Snapshot snapshot;
  };

  // Records a datagram. REQUIRES: none was sent later.
  void on_sent(const Sent& datagram);

  // Takes the peer's report that `count` datagrams (low 32 bits) had arrived before a packet that
  // was sent at `before`, and returns those that the report adds. Which ones they are is unknown,
  // so the oldest are returned. A report that is older than the last one adds none.
  std::vector<Sent> take_reported(uint32_t count, TimePoint before);
  // Returns and removes all that were sent up to `before`.
  std::vector<Sent> take_until(TimePoint before);
  // Forgets those that were sent before `then` and that no acknowledgement has told of, because the
  // link was idle. Their number is unknown, so the next report says only how many there are.
  void forget_until(TimePoint then);

  uint64_t bytes_in_flight() const { return bytes_in_flight_; }

 private:
  Sent take_front();

  std::deque<Sent> in_flight_;  // oldest first
  uint64_t bytes_in_flight_ = 0;
  uint32_t reported_ = 0;
  bool comparable_ = true;  // a report differs from the last by datagrams of in_flight_ only
};

}  // namespace ngcshare::link
