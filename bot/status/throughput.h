// Records the bytes per second to and from all services over the last ten minutes.
#pragma once

#include <asio/steady_timer.hpp>
#include <cstdint>
#include <deque>

#include "bot/gateway/gateway.h"
#include "bot/status/snapshot.h"

namespace ngcshare {

class Throughput {
 public:
  static constexpr std::chrono::seconds kInterval{2};
  static constexpr size_t kSamples = 300;

  // REQUIRES: `gateway` outlives this.
  Throughput(asio::io_context& loop, const Gateway& gateway);

  GatewaySnapshot::Throughput recent() const;

 private:
  struct Sample {
    double in = 0;  // bytes per second
    double out = 0;
  };
  struct Mark {
    std::chrono::steady_clock::time_point at;
    uint64_t in = 0;
    uint64_t out = 0;
  };
  Mark mark() const;
  void take_later();
  void take();

  const Gateway& gateway_;
  asio::steady_timer timer_;
  Mark last_;
  std::deque<Sample> samples_;
};

}  // namespace ngcshare
