// Runs a ToxNode on the event loop: iterates when one of its sockets is readable and after the
// interval that toxcore asks for, never on a fixed timer.
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>

#include "bot/tox/network_node.h"
#include "bot/tox/sockets.h"

namespace ngcshare {

class ToxDriver {
 public:
  static constexpr std::chrono::milliseconds kRescanWhileConnecting{200};
  static constexpr std::chrono::seconds kRescanOtherwise{2};
  static constexpr std::chrono::seconds kConnectingTime{30};
  // Looking takes longer with more descriptors. It pauses for so many times as long as it took.
  static constexpr int kRescanPause = 100;

  using Clock = std::chrono::steady_clock;

  // `after_iterate` runs after each iteration, when there may be room to send again. `now` decides
  // when to look for sockets again. `loop` and `node` must outlive the driver.
  ToxDriver(asio::io_context& loop, NetworkNode& node, std::function<void()> after_iterate,
            std::function<Clock::time_point()> now = Clock::now);

  void start();
  // Looks for new sockets more often for kConnectingTime. Call it when toxcore is about to open
  // TCP connections.
  void expect_new_sockets();
  void stop();

 private:
  void iterate();
  void iterate_then(void (ToxDriver::*wait)());
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
  Clock::time_point pause_until_{};  // also if new sockets are expected
  Clock::time_point connecting_until_{};
  bool stopped_ = false;
};

}  // namespace ngcshare
