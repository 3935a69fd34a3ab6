#include "bot/target/probe.h"

#include <utility>

namespace ngcshare {

std::shared_ptr<TargetProbe> TargetProbe::start(asio::io_context& loop, const TargetPolicy& policy,
                                                const Target& target, Duration timeout,
                                                OnDone on_done) {
  const std::shared_ptr<TargetProbe> probe(new TargetProbe(loop, timeout, std::move(on_done)));
  probe->timer_.expires_after(timeout);
  probe->timer_.async_wait([probe](const asio::error_code& error) {
    if (!error) probe->done(Attempt::kFailed);
  });
  resolve_target(probe->lookup_, policy, target, [probe, target](TargetAddresses addresses) {
    probe->on_resolved(target, std::move(addresses));
  });
  return probe;
}

TargetProbe::TargetProbe(asio::io_context& loop, Duration timeout, OnDone on_done)
    : loop_(loop), timeout_(timeout), lookup_(loop), timer_(loop), on_done_(std::move(on_done)) {}

void TargetProbe::on_resolved(const Target& target, TargetAddresses addresses) {
  if (!on_done_) return;
  warn_if_refused(target, addresses);
  dial_ = TcpDial::start(
      loop_, std::move(addresses.allowed), timeout_,
      [self = shared_from_this()](Attempt attempt, const asio::error_code&,
                                  const asio::ip::tcp::socket&) { self->done(attempt); });
}

void TargetProbe::done(Attempt attempt) {
  const OnDone on_done = std::exchange(on_done_, nullptr);
  stop();
  if (on_done) on_done(attempt);
}

void TargetProbe::stop() {
  const auto keep = shared_from_this();
  on_done_ = nullptr;
  lookup_.cancel();
  timer_.cancel();
  if (const auto dial = std::exchange(dial_, nullptr)) dial->stop();
}

}  // namespace ngcshare
