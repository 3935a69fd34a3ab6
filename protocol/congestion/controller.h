// Interface of the congestion controllers, which decide from acknowledgements and losses how much
// may be in flight and how fast it is sent. All bytes are wire bytes: bodies and the headers around
// them, down to IPv4.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "protocol/base/clock.h"
#include "protocol/congestion/rate_sampler.h"

namespace ngcshare::link {

// A packet with the largest body and all headers.
inline constexpr uint64_t kFullPacketBytes = 1371 + 104;
inline constexpr uint64_t kInitialWindowBytes = 32 * kFullPacketBytes;
inline constexpr uint64_t kLeastWindowBytes = 4 * kFullPacketBytes;

class CongestionController {
 public:
  // An acknowledgement and the losses that it revealed, or the losses that a timer revealed.
  struct Event {
    TimePoint now{};
    uint64_t acked_bytes = 0;  // newly acknowledged
    uint64_t lost_bytes = 0;
    uint64_t in_flight = 0;           // after the event
    uint64_t delivered = 0;           // since the link began
    TimePoint newest_lost_sent_at{};  // valid if lost_bytes > 0
    std::optional<RateSample> rate;
    std::optional<Duration> rtt;  // the acknowledgement's sample
    Duration smoothed_rtt{};
    bool app_limited = false;  // the sender had less to send than the window allows
  };

  virtual ~CongestionController() = default;

  virtual void on_sent(TimePoint now, uint64_t bytes, uint64_t in_flight) = 0;
  virtual void on_event(const Event& event) = 0;
  // Forgets the path: it has changed, or nothing has come back for several probe timeouts.
  virtual void on_persistent_congestion(TimePoint now) = 0;

  virtual uint64_t window() const = 0;       // bytes
  virtual double pacing_rate() const = 0;    // bytes per second
  virtual double delivery_rate() const = 0;  // estimate of the path's, bytes per second
  virtual const char* state() const = 0;     // name of the current phase, for diagnosis
};

enum class CongestionAlgorithm : uint8_t { kBbr, kCubic };

class SharedLoss;

// `shared_loss` is that of all links of the process and must outlive the controller; nullptr: there
// are no others.
std::unique_ptr<CongestionController> make_congestion_controller(CongestionAlgorithm algorithm,
                                                                 SharedLoss* shared_loss);

}  // namespace ngcshare::link
