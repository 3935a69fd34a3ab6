#include "bot/process/systemd_notify.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <system_error>

#include "bot/base/log.h"
#include "bot/base/numbers.h"

namespace ngcshare {
namespace {

constexpr timeval kPatience{1, 0};

// Returns half of the watchdog's time, or nullopt if there is none or it is for another process.
std::optional<std::chrono::microseconds> watchdog_half(const Environment& environment) {
  const auto time = parse_number<uint64_t>(variable(environment, "WATCHDOG_USEC"));
  if (!time || *time < 2) return std::nullopt;
  const auto pid = variable(environment, "WATCHDOG_PID");
  if (!pid.empty() && pid != std::to_string(::getpid())) return std::nullopt;
  return std::chrono::microseconds(*time / 2);
}

std::string monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000);
}

}  // namespace

SystemdNotify::SystemdNotify(const Environment& environment) {
  const auto name = variable(environment, "NOTIFY_SOCKET");
  if (!name.empty()) connect(name);
  if (active()) alive_interval_ = watchdog_half(environment);
}

// A name that begins with '@' is an abstract address: it has a zero byte in place of '@' and no
// terminating zero.
void SystemdNotify::connect(std::string_view name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const bool known = name.front() == '/' || name.front() == '@';
  if (!known || name.size() >= sizeof(address.sun_path)) {
    log_warn("notify.no_socket",
             "cannot report to the service manager: NOTIFY_SOCKET is not a usable socket address");
    return;
  }
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  storage::UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    log_warn("notify.failed", "cannot report to the service manager: {error}",
             Field{"error", std::generic_category().message(errno)});
    return;
  }
  socket_ = std::move(socket);
}

void SystemdNotify::ready() const { send("READY=1"); }
void SystemdNotify::reloading() const {
  send("RELOADING=1\nMONOTONIC_USEC=" + monotonic_microseconds());
}
void SystemdNotify::stopping() const { send("STOPPING=1"); }
void SystemdNotify::alive() const { send("WATCHDOG=1"); }
void SystemdNotify::status(std::string_view line) const { send("STATUS=" + std::string(line)); }

void SystemdNotify::send(std::string_view message) const {
  if (!active()) return;
  while (::send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL) < 0 &&
         errno == EINTR) {
  }
}

}  // namespace ngcshare
