#include "bot/tox/driver.h"

#include <unistd.h>

#include <utility>

namespace ngcshare {

ToxDriver::ToxDriver(asio::io_context& loop, NetworkNode& node, std::function<void()> after_iterate,
                     std::function<Clock::time_point()> now)
    : node_(node),
      after_iterate_(std::move(after_iterate)),
      now_(std::move(now)),
      readiness_(loop, dup(sockets_.descriptor())),
      timer_(loop) {}

void ToxDriver::start() {
  expect_new_sockets();
  wait_for_sockets();
  iterate();
  wait_for_interval();
}

void ToxDriver::expect_new_sockets() {
  connecting_until_ = now_() + kConnectingTime;
  next_rescan_ = {};
}

void ToxDriver::stop() {
  stopped_ = true;
  asio::error_code ignored;
  readiness_.cancel(ignored);
  timer_.cancel();
}

void ToxDriver::rescan_if_due() {
  const auto begin = now_();
  if (begin < next_rescan_ || begin < pause_until_) return;
  sockets_.rescan(node_.udp_port());
  const auto end = now_();
  if (begin < connecting_until_) {
    next_rescan_ = begin + kRescanWhileConnecting;
  } else {
    next_rescan_ = begin + kRescanOtherwise;
  }
  pause_until_ = end + kRescanPause * (end - begin);
}

void ToxDriver::iterate() {
  node_.iterate();
  rescan_if_due();
  after_iterate_();
}

// Waits again also after an exception, because its catcher may run the loop on.
void ToxDriver::iterate_then(void (ToxDriver::*wait)()) {
  try {
    iterate();
  } catch (...) {
    (this->*wait)();
    throw;
  }
  (this->*wait)();
}

void ToxDriver::wait_for_sockets() {
  readiness_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [this](const asio::error_code& error) {
                          if (error || stopped_) return;
                          sockets_.drain();
                          iterate_then(&ToxDriver::wait_for_sockets);
                        });
}

void ToxDriver::wait_for_interval() {
  timer_.expires_after(node_.iteration_interval());
  timer_.async_wait([this](const asio::error_code& error) {
    if (error || stopped_) return;
    iterate_then(&ToxDriver::wait_for_interval);
  });
}

}  // namespace ngcshare
