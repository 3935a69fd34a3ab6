// Tries once to connect to a service by tcp, to see whether it answers. Keeps itself alive until it
// is done or stopped.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "bot/base/steady_time.h"
#include "bot/target/address.h"
#include "bot/target/attempt.h"
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
  TargetProbe(asio::io_context& loop, OnDone on_done);
  void connect_next();
  void on_failed(const asio::ip::tcp::endpoint& endpoint, const asio::error_code& why);
  void done(Attempt attempt);

  asio::ip::tcp::resolver resolver_;
  asio::ip::tcp::socket socket_;
  asio::basic_waitable_timer<ProgramClock> timeout_;
  TargetEndpoints endpoints_;
  size_t next_endpoint_ = 0;
  Attempt failure_ = Attempt::kFailed;
  OnDone on_done_;  // nullptr if done or stopped
};

}  // namespace ngcshare
