// A timer of virtual time: the test lets the time pass.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "bot/tox/one_shot_timer.h"

namespace ngcshare::test {

class VirtualTimer : public OneShotTimer {
 public:
  void set(std::chrono::milliseconds delay, std::function<void()> action) override {
    due_ = now + delay;
    action_ = std::move(action);
  }
  void cancel() override { due_.reset(); }
  // Lets the time pass.
  void run(std::chrono::milliseconds time) {
    const std::chrono::milliseconds end = now + time;
    while (due_ && *due_ <= end) {
      now = *due_;
      due_.reset();
      std::exchange(action_, nullptr)();
    }
    now = end;
  }

  std::chrono::milliseconds now{0};

 private:
  std::optional<std::chrono::milliseconds> due_;
  std::function<void()> action_;
};

}  // namespace ngcshare::test
