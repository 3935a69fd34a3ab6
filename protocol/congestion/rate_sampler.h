// Measures the path's delivery rate from acknowledgements
// (draft-cheng-iccrg-delivery-rate-estimation-02). Bytes are wire bytes (controller.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "protocol/base/clock.h"

namespace ngcshare::link {

struct RateSample {
  double bytes_per_second = 0;
  uint64_t prior_delivered = 0;  // bytes delivered when the sampled packet was sent
  bool app_limited = false;      // the sender ran out of data, so the path may be faster
};

class RateSampler {
 public:
  // The sampler's state when a packet was sent; kept with the packet.
  struct Snapshot {
    uint64_t delivered = 0;
    TimePoint delivered_at{};
    TimePoint first_sent_at{};
    bool app_limited = false;
  };

  Snapshot on_sent(TimePoint now, bool nothing_in_flight) {
    if (nothing_in_flight) first_sent_at_ = delivered_at_ = now;
    return {delivered_, delivered_at_, first_sent_at_, app_limited_until_ != 0};
  }

  // Counts a packet as delivered. Call for each newly acknowledged one, then take_sample() once.
  void on_acked(const Snapshot& snapshot, TimePoint sent_at, uint64_t bytes, TimePoint now) {
    delivered_ += bytes;
    delivered_at_ = now;
    if (newest_ && snapshot.delivered < newest_->delivered) return;
    newest_ = snapshot;
    send_elapsed_ = sent_at - snapshot.first_sent_at;
    first_sent_at_ = sent_at;
  }

  // Returns the sample of the packets acknowledged since the last call, or nullopt if there are
  // none or they span less time than the least RTT, as in a compressed burst of acknowledgements.
  std::optional<RateSample> take_sample(Duration min_rtt) {
    if (app_limited_until_ != 0 && delivered_ > app_limited_until_) app_limited_until_ = 0;
    if (!newest_) return std::nullopt;
    const Snapshot from = *newest_;
    newest_.reset();
    const Duration interval = std::max(send_elapsed_, delivered_at_ - from.delivered_at);
    if (interval < min_rtt || interval <= Duration{}) return std::nullopt;
    const auto delivered = static_cast<double>(delivered_ - from.delivered);
    return RateSample{delivered / seconds(interval), from.delivered, from.app_limited};
  }

  // Marks the samples of all packets up to those in flight as app-limited, because the sender has
  // no data although the window has room.
  void on_app_limited(uint64_t in_flight) { app_limited_until_ = delivered_ + in_flight + 1; }
  bool app_limited() const { return app_limited_until_ != 0; }

  uint64_t delivered() const { return delivered_; }

 private:
  uint64_t delivered_ = 0;
  TimePoint delivered_at_{};
  TimePoint first_sent_at_{};
  uint64_t app_limited_until_ = 0;  // in delivered bytes; 0: not limited
  std::optional<Snapshot> newest_;
  Duration send_elapsed_{};
};

}  // namespace ngcshare::link
