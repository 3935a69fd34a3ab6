#include "bot/status/throughput.h"

namespace ngcshare {

Throughput::Throughput(asio::io_context& loop, const Gateway& gateway)
    : gateway_(gateway), timer_(loop), last_(mark()) {
  take_later();
}

Throughput::Mark Throughput::mark() const {
  return {std::chrono::steady_clock::now(), gateway_.passed(Direction::kIn),
          gateway_.passed(Direction::kOut)};
}

void Throughput::take_later() {
  timer_.expires_after(kInterval);
  timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    take();
    take_later();
  });
}

void Throughput::take() {
  const Mark now = mark();
  const double seconds = std::chrono::duration<double>(now.at - last_.at).count();
  if (samples_.size() == kSamples) samples_.pop_front();
  samples_.push_back({static_cast<double>(now.in - last_.in) / seconds,
                      static_cast<double>(now.out - last_.out) / seconds});
  last_ = now;
}

GatewaySnapshot::Throughput Throughput::recent() const {
  GatewaySnapshot::Throughput recent{std::chrono::duration<double>(kInterval).count(), {}, {}};
  for (const Sample& sample : samples_) {
    recent.in.push_back(sample.in);
    recent.out.push_back(sample.out);
  }
  return recent;
}

}  // namespace ngcshare
