// An event loop for tests of local sockets, with the randomness that they draw on.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <cstdint>

#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {

struct LoopRig {
  // Runs the loop until `holds`. Returns false after 10 s, so that only a failing test waits.
  template <typename Condition>
  bool run_until(const Condition& holds) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      loop.run_one_for(std::chrono::milliseconds(100));
    }
    return true;
  }
  // Runs the handlers that are ready.
  void run_ready() {
    for (int i = 0; i < 10; ++i) loop.poll();
  }

  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  SeededEntropy entropy{1};
};

}  // namespace ngcshare::test
