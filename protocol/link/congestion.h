// How much may be on its way and how fast it is sent: what a congestion controller hears and says.
// All bytes are wire bytes (link_packet.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "protocol/clock.h"
#include "protocol/link/rate_sampler.h"

namespace ngcshare::link {

// A full packet with everything around it.
inline constexpr uint64_t kFullPacketBytes = 1371 + 104;
inline constexpr uint64_t kInitialWindowBytes = 32 * kFullPacketBytes;
inline constexpr uint64_t kLeastWindowBytes = 4 * kFullPacketBytes;

class CongestionController {
 public:
  // One acknowledgement and the losses that it showed.
  struct Event {
    TimePoint now{};
    uint64_t acked_bytes = 0;  // newly
    uint64_t lost_bytes = 0;
    uint64_t in_flight = 0;           // after it
    uint64_t delivered = 0;           // in all
    TimePoint newest_lost_sent_at{};  // where lost_bytes > 0
    std::optional<RateSample> rate;
    std::optional<Duration> rtt;  // a sample of it
    Duration smoothed_rtt{};
    bool app_limited = false;
  };

  virtual ~CongestionController() = default;

  virtual void on_sent(TimePoint now, uint64_t bytes, uint64_t in_flight) = 0;
  virtual void on_event(const Event& event) = 0;
  // Nothing has come back for so long that what is known of the path may be wrong.
  virtual void on_persistent_congestion(TimePoint now) = 0;

  virtual uint64_t window() const = 0;       // bytes
  virtual double pacing_rate() const = 0;    // bytes per second
  virtual double delivery_rate() const = 0;  // of the path as far as known, bytes per second
  virtual const char* state() const = 0;     // for those who look
};

enum class CongestionAlgorithm : uint8_t { kBbr, kCubic };

std::unique_ptr<CongestionController> make_congestion_controller(CongestionAlgorithm algorithm);

}  // namespace ngcshare::link
