// Settings of one direction of a simulated path, and their form as text.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace netlab {

// The path's time. It has no now(), because callers pass the time in.
struct PathClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<PathClock>;
  static constexpr bool is_steady = true;
};
using Duration = PathClock::duration;
using TimePoint = PathClock::time_point;

// A packet passes, in this order: the size limit, the drop-tail queue, the transmitter (rate), then
// the wire with blackout, loss, duplication, delay, jitter and reordering. A packet lost on the
// wire has used its share of the rate, as on a radio or a noisy line.
struct Settings {
  Duration delay{0};             // one way, from the end of transmission to delivery
  Duration jitter{0};            // delay is drawn evenly from delay - jitter to delay + jitter
  bool jitter_reorders = false;  // false: a packet never arrives before one sent earlier

  double loss = 0;  // probability, independent for each packet

  // Gilbert-Elliott: a good state without loss and a bad one that loses each packet with
  // probability burst_density. burst_loss is the mean loss over both, burst_length the mean number
  // of packets in a bad spell. REQUIRES: burst_length >= 1, and the resulting good spells are at
  // least one packet long.
  double burst_loss = 0;
  double burst_length = 4;
  double burst_density = 1;

  double duplicate = 0;  // probability that a second copy is delivered after the first
  double reorder =
      0;  // probability that a packet is held back by reorder_by, so that others pass it
  Duration reorder_by = std::chrono::milliseconds(10);

  uint64_t rate = 0;         // bits per second, each packet counted from its IP header; 0: no limit
  uint64_t queue_bytes = 0;  // may wait besides the packet in transmission; 0: use queue_time
  Duration queue_time = std::chrono::milliseconds(50);  // the same as time at the rate

  size_t mtu = 0;  // larger packets are dropped silently; 0: no limit

  TimePoint
      blackout_from{};  // packets that leave the transmitter from here until blackout_to are lost
  TimePoint blackout_to{};

  // Returns the bytes that may wait for transmission. REQUIRES: rate > 0.
  uint64_t queue_limit() const;
};

// Applies KEY=VALUE words, separated by blanks, to the settings. On an error, applies none and
// returns a description of it. Blackout times count from `now`.
//
//   delay=25ms jitter=2ms jitter_order=keep|free loss=0.01 (or 1%) burst_loss=1% burst_length=4
//   burst_density=1 duplicate=1% reorder=1% reorder_by=10ms rate=20mbit (kbit, gbit, or bit/s; 0)
//   queue=50ms (or bytes: 65536, 64kb, 1mb) mtu=1400 blackout=on|off|2s|1s-3s
std::optional<std::string> apply(std::string_view words, TimePoint now, Settings& settings);

}  // namespace netlab
