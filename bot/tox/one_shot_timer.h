// Timer for one action, as an interface, so that tests see the delays instead of waiting for them.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <utility>

namespace ngcshare {

class OneShotTimer {
 public:
  virtual ~OneShotTimer() = default;
  // Runs `action` after `delay`, instead of an earlier action that has not run yet.
  virtual void set(std::chrono::milliseconds delay, std::function<void()> action) = 0;
  virtual void cancel() = 0;
};

class LoopTimer : public OneShotTimer {
 public:
  explicit LoopTimer(asio::io_context& loop) : timer_(loop) {}

  void set(std::chrono::milliseconds delay, std::function<void()> action) override {
    timer_.expires_after(delay);
    timer_.async_wait([action = std::move(action)](const asio::error_code& error) {
      if (!error) action();
    });
  }
  void cancel() override { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
};

}  // namespace ngcshare
