// Tries once to connect to a service by tcp, to see whether it answers. Keeps itself alive until it
// is done or stopped.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <memory>

#include "bot/base/steady_time.h"
#include "bot/target/address.h"
#include "bot/target/attempt.h"
#include "bot/target/tcp_dial.h"
#include "protocol/base/clock.h"

namespace ngcshare {

class TargetProbe : public std::enable_shared_from_this<TargetProbe> {
 public:
  using OnDone = std::function<void(Attempt attempt)>;

  // Calls `on_done` once, from the loop and never from within start(), unless stop() is called
  // first. `policy` must outlive the probe.
  static std::shared_ptr<TargetProbe> start(asio::io_context& loop, const TargetPolicy& policy,
                                            const Target& target, Duration timeout, OnDone on_done);
  void stop();

 private:
  TargetProbe(asio::io_context& loop, Duration timeout, OnDone on_done);
  void on_resolved(const Target& target, TargetAddresses addresses);
  void done(Attempt attempt);

  asio::io_context& loop_;
  const Duration timeout_;
  NameLookup lookup_;
  asio::basic_waitable_timer<ProgramClock> timer_;  // of the lookup
  std::shared_ptr<TcpDial> dial_;
  OnDone on_done_;  // nullptr if done or stopped
};

}  // namespace ngcshare
