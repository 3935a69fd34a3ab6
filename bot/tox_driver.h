// Runs a Tox node on the event loop: iterates when one of its sockets is readable and when toxcore
// wants to be, never on a fixed timer.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>

#include "bot/network_node.h"
#include "bot/tox_sockets.h"

namespace ngcshare {

class ToxDriver {
 public:
  static constexpr std::chrono::milliseconds kRescanWhileConnecting{200};
  static constexpr std::chrono::seconds kRescanOtherwise{2};
  static constexpr std::chrono::seconds kConnectingTime{30};

  using Clock = std::chrono::steady_clock;

  // Calls `after_iterate` after each iteration, because there may be room to send again. `node`
  // must outlive the driver. `now` says when to look for sockets again.
  ToxDriver(asio::io_context& loop, NetworkNode& node, std::function<void()> after_iterate,
            std::function<Clock::time_point()> now = Clock::now);

  void start();
  // toxcore's TCP connections may have changed soon: look for sockets more often for a while.
  void expect_new_sockets();
  void stop();

 private:
  void iterate();
  void wait_for_sockets();
  void wait_for_interval();
  void rescan_if_due();

  NetworkNode& node_;
  std::function<void()> after_iterate_;
  std::function<Clock::time_point()> now_;
  ToxSockets sockets_;
  asio::posix::stream_descriptor readiness_;
  asio::steady_timer timer_;
  Clock::time_point next_rescan_{};
  Clock::time_point connecting_until_{};
  bool stopped_ = false;
};

}  // namespace ngcshare
