// Reports the state of this process to its service manager with the protocol of sd_notify(3):
// datagrams to the socket that NOTIFY_SOCKET names. Sends nothing without that variable. The
// protocol is documented as stable, so libsystemd is not needed for these few lines.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "bot/process/environment.h"
#include "storage/files/unique_fd.h"

namespace ngcshare {

class SystemdNotify {
 public:
  explicit SystemdNotify(const Environment& environment);

  // Returns true if there is a service manager to report to.
  bool active() const { return socket_.valid(); }

  // These wait for at most a second, and ignore errors.
  void ready() const;      // also ends reloading()
  void reloading() const;  // the configuration is being read again
  void stopping() const;
  void alive() const;  // resets the manager's watchdog
  void status(std::string_view line) const;

  // Returns the interval for calling alive(), half of the watchdog's time, or nullopt if there is
  // no watchdog.
  std::optional<std::chrono::microseconds> alive_interval() const { return alive_interval_; }

 private:
  void connect(std::string_view name);
  void send(std::string_view message) const;

  storage::UniqueFd socket_{-1};
  std::optional<std::chrono::microseconds> alive_interval_;
};

}  // namespace ngcshare
