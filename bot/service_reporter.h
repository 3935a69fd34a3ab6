// Keeps the service manager informed from the event loop: a loop that is stuck falls silent, and
// the manager's watchdog restarts it.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "bot/service_notify.h"

namespace ngcshare {

class ServiceReporter {
 public:
  using Status = std::function<std::string()>;  // one line for a person

  // The loop and what `status` uses outlive the reporter.
  ServiceReporter(asio::io_context& loop, const Environment& environment, Status status);

  // All is set up. From now on the loop reports.
  void start();
  void stop();
  // Around reading the configuration again. notify_ready() in any case, even if that fails.
  void notify_reloading() const { notify_.reloading(); }
  void notify_ready() const { notify_.ready(); }

 private:
  void tell_status();
  void wait();

  static constexpr std::chrono::seconds kStatusInterval{10};

  const ServiceNotify notify_;
  const Status status_;
  asio::steady_timer timer_;
  std::string told_;
};

}  // namespace ngcshare
