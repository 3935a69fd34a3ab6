// Keeps exceptions out of toxcore's C frames, which they must not cross.
#pragma once

#include <exception>
#include <utility>

namespace ngcshare {

class CallbackGuard {
 public:
  // Runs `action` and keeps the first exception since the last rethrow().
  template <typename Action>
  void run(Action&& action) noexcept {
    try {
      std::forward<Action>(action)();
    } catch (...) {
      if (!first_) first_ = std::current_exception();
    }
  }

  // Throws the exception that was kept, if there is one. To be called outside of toxcore.
  void rethrow() {
    if (first_) std::rethrow_exception(std::exchange(first_, nullptr));
  }

 private:
  std::exception_ptr first_;
};

}  // namespace ngcshare
