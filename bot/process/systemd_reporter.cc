#include "bot/process/systemd_reporter.h"

#include <algorithm>
#include <utility>

namespace ngcshare {

SystemdReporter::SystemdReporter(asio::io_context& loop, const Environment& environment,
                                 Status status)
    : notify_(environment), status_(std::move(status)), timer_(loop) {}

void SystemdReporter::start() {
  if (!notify_.active()) return;
  notify_.ready();
  tell_status();
  wait();
}

void SystemdReporter::stop() {
  timer_.cancel();
  notify_.stopping();
}

void SystemdReporter::tell_status() {
  std::string status = status_();
  if (status == told_) return;
  notify_.status(status);
  told_ = std::move(status);
}

void SystemdReporter::wait() {
  const auto watched = notify_.alive_interval();
  timer_.expires_after(std::min<std::chrono::microseconds>(
      kStatusInterval, watched.value_or(std::chrono::microseconds::max())));
  timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    if (notify_.alive_interval()) notify_.alive();
    tell_status();
    wait();
  });
}

}  // namespace ngcshare
