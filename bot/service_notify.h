// Tells the service manager that started this process how it is: sd_notify(3)'s protocol, datagrams
// to the socket that NOTIFY_SOCKET names. Without that variable nothing is sent. The manual
// promises the protocol as stable, for programs that don't want libsystemd for these few lines.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "bot/environment.h"
#include "storage/unique_fd.h"

namespace ngcshare {

class ServiceNotify {
 public:
  explicit ServiceNotify(const Environment& environment);

  // Whether anybody is told anything.
  bool active() const { return socket_.valid(); }

  // All of these wait for a second at most and ignore a manager that doesn't listen.
  void ready() const;      // also the end of reloading()
  void reloading() const;  // the configuration is being read again
  void stopping() const;
  void alive() const;  // what a watchdog waits for
  void status(std::string_view line) const;

  // How often to call alive(): half of what the manager waits. nullopt: it doesn't watch.
  std::optional<std::chrono::microseconds> alive_interval() const { return alive_interval_; }

 private:
  void connect(std::string_view name);
  void send(std::string_view message) const;

  storage::UniqueFd socket_{-1};
  std::optional<std::chrono::microseconds> alive_interval_;
};

}  // namespace ngcshare
