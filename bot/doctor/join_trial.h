// Measures how long a new node takes to connect to the Tox network, with a temporary identity.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bot/tox/bootstrapper.h"
#include "bot/tox/driver.h"
#include "bot/tox/node.h"
#include "bot/tox/null_events.h"

namespace ngcshare {

class JoinTrial : private NullToxEvents {
 public:
  struct Result {
    std::string problem;  // why it could not start; empty: it started
    bool port_in_use = false;
    std::optional<std::chrono::milliseconds> any{};  // time to the first connection
    std::optional<std::chrono::milliseconds> udp{};  // time to a UDP connection
  };

  // Ends when connected by UDP, or by TCP if UDP does not follow within `udp_patience`; otherwise
  // runs until its destruction. Calls `on_done` once, from the loop and never from within a call.
  JoinTrial(asio::io_context& loop, const ToxConfig& config,
            const std::vector<BootstrapNode>& bootstrap, std::chrono::milliseconds udp_patience,
            std::function<void()> on_done);
  ~JoinTrial() override;

  const Result& result() const { return result_; }

 private:
  void start(const ToxConfig& config, const std::vector<BootstrapNode>& bootstrap);
  void fail(const std::string& problem);
  void end_in(std::chrono::milliseconds delay);

  void on_connection(NetworkConnection connection) override;

  asio::io_context& loop_;
  const std::chrono::milliseconds udp_patience_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  asio::steady_timer end_timer_;
  std::function<void()> on_done_;
  Result result_;
  std::optional<ToxNode> node_;
  std::optional<Bootstrapper> bootstrapper_;
  std::optional<ToxDriver> driver_;
};

}  // namespace ngcshare
