// Reports to the service manager from the event loop, so that the manager's watchdog restarts the
// process if the loop is stuck.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "bot/process/systemd_notify.h"

namespace ngcshare {

class SystemdReporter {
 public:
  using Status = std::function<std::string()>;  // one line for a person

  // REQUIRES: `loop` and everything `status` uses outlive the reporter.
  SystemdReporter(asio::io_context& loop, const Environment& environment, Status status);

  // Reports that start-up is complete, and starts reporting from the loop.
  void start();
  void stop();
  // Call these before and after reading the configuration again; notify_ready() even if it failed.
  void notify_reloading() const { notify_.reloading(); }
  void notify_ready() const { notify_.ready(); }

 private:
  void tell_status();
  void wait();

  static constexpr std::chrono::seconds kStatusInterval{10};

  const SystemdNotify notify_;
  const Status status_;
  asio::steady_timer timer_;
  std::string told_;
};

}  // namespace ngcshare
