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
  // While the configuration is read again; it ends also where that fails.
  class Reload {
   public:
    explicit Reload(const ServiceReporter& reporter) : notify_(reporter.notify_) {
      notify_.reloading();
    }
    ~Reload() { notify_.ready(); }
    Reload(const Reload&) = delete;
    Reload& operator=(const Reload&) = delete;

   private:
    const ServiceNotify& notify_;
  };

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
