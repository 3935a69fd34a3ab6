// One direction of a simulated network path: packets sent into it arrive later, or never. No I/O
// and no clock; the same packets at the same times under the same seed always meet the same fate.
//
// Times are exact however late the caller is, because a packet's arrival is computed from the times
// of its sending and the end of its transmission, not from the time of the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "tests/bench/netlab/packet_pool.h"
#include "tests/bench/netlab/settings.h"

namespace netlab {

struct Counters {
  uint64_t packets_in = 0;
  uint64_t bytes_in = 0;
  uint64_t packets_out = 0;  // delivered; a duplicate counts too
  uint64_t bytes_out = 0;
  uint64_t dropped_loss = 0;  // by `loss`
  uint64_t dropped_burst = 0;
  uint64_t dropped_queue = 0;
  uint64_t dropped_blackout = 0;
  uint64_t dropped_size = 0;    // above the mtu
  uint64_t dropped_memory = 0;  // by the laboratory's own limit; makes a measurement void
  uint64_t duplicated = 0;
  uint64_t reordered = 0;        // held back by `reorder`
  Duration max_queue_delay{0};   // longest wait for transmission, without transmission itself
  uint64_t max_queue_bytes = 0;  // most bytes that waited at once
  Duration max_lateness{0};      // longest time a packet was due before receive() asked for it
  uint64_t late_packets = 0;     // later than kLate
  static constexpr Duration kLate = std::chrono::microseconds(300);
};

class Path {
 public:
  // Packets in flight at once: a second of full packets at 1.5 Gbit/s.
  static constexpr size_t kMaxPackets = 131072;

  explicit Path(uint64_t seed);

  // Allocates memory for `packets` packets at once. Call before the first is sent.
  void reserve(size_t packets) { pool_.reserve(packets); }

  const Settings& settings() const { return settings_; }
  // Changes the settings. Packets on the wire keep their delay; those in the queue get the new
  // rate.
  void set(const Settings& settings, TimePoint now);

  // Sends a packet. REQUIRES, for all calls: `now` never goes back.
  void send(std::span<const uint8_t> packet, TimePoint now);

  // Returns the next packet that has arrived, or nullopt. Valid until the next call.
  std::optional<std::span<const uint8_t>> receive(TimePoint now);

  // Returns the time at which to call receive() again, which may then return nullopt; nullopt if no
  // packet is in flight.
  std::optional<TimePoint> deadline() const;

  const Counters& counters() const { return counters_; }
  void reset_counters() { counters_ = {}; }
  size_t packets_on_the_way() const { return pool_.in_use(); }

 private:
  // A source of random numbers. Each kind of fault has its own, so that switching one on does not
  // change the others.
  class Chance {
   public:
    explicit Chance(uint64_t seed) : source_(seed) {}
    // Returns a number drawn evenly from [0, 1).
    double draw() { return static_cast<double>(source_() >> 11U) * 0x1p-53; }
    bool happens(double probability) { return probability > 0 && draw() < probability; }

   private:
    std::mt19937_64 source_;
  };

  struct Waiting {
    uint32_t slot;
    TimePoint since;
  };

  // A queue whose memory grows to its greatest length and is never freed.
  class Fifo {
   public:
    bool empty() const { return count_ == 0; }
    void push(Waiting item);
    Waiting pop();

   private:
    std::vector<Waiting> items_ = std::vector<Waiting>(256);
    size_t first_ = 0;
    size_t count_ = 0;
  };

  struct Flying {
    TimePoint due;
    uint64_t order;  // of packets due at the same time, the first sent is delivered first
    uint32_t slot;
    bool operator<(const Flying& other) const {  // std::*_heap keep the largest on top
      return due != other.due ? due > other.due : order > other.order;
    }
  };

  void advance(TimePoint now);
  void transmit(Waiting item, TimePoint start);
  Duration transmission_time(uint64_t bits) const;
  void put_on_wire(uint32_t slot, TimePoint at);
  bool lost(TimePoint at);
  bool lost_in_burst();
  Duration draw_delay();
  void fly(uint32_t slot, TimePoint due);
  void forget_delivered();

  Settings settings_;
  Counters counters_;
  PacketPool pool_{kMaxPackets};

  Fifo queue_;
  uint64_t queued_bytes_ = 0;
  std::optional<Waiting> transmitting_;
  TimePoint transmitted_{};  // end of the current transmission

  std::vector<Flying> wire_;  // a heap
  TimePoint last_due_{};      // of the packets that keep their order
  uint64_t next_order_ = 0;
  std::optional<uint32_t> delivered_;

  Chance loss_;
  Chance burst_;
  Chance jitter_;
  Chance duplicate_;
  Chance reorder_;
  bool in_burst_ = false;
};

}  // namespace netlab
