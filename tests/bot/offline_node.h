// A Tox node without any network (no UDP, no discovery, no boot node) and a hub on it, for what
// needs them to stand on. Nothing is ever sent.
#pragma once

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <chrono>

#include "bot/deaf_events.h"
#include "bot/session_hub.h"
#include "bot/tox_node.h"
#include "tests/simulation/seeded_entropy.h"

namespace ngcshare::test {

inline ToxConfig offline_config() {
  ToxConfig config;
  config.udp = false;
  config.local_discovery = false;
  return config;
}

struct OfflineNode {
  // Runs the loop until `holds`; false when that takes suspiciously long. Only a failing test
  // waits.
  template <typename Condition>
  bool run_until(const Condition& holds) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      loop.run_one_for(std::chrono::milliseconds(100));
    }
    return true;
  }
  // Runs what is ready.
  void run_ready() {
    for (int i = 0; i < 10; ++i) loop.poll();
  }

  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  DeafEvents events;
  ToxNode node{offline_config(), events};
  SeededEntropy entropy{1};
  SessionHub hub{loop, entropy, {}};
};

}  // namespace ngcshare::test
