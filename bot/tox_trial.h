// How long a new node takes to get into the Tox network, tried with an identity that is forgotten
// afterwards.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bot/bootstrapper.h"
#include "bot/deaf_events.h"
#include "bot/tox_driver.h"
#include "bot/tox_node.h"

namespace ngcshare {

class ToxTrial : private DeafEvents {
 public:
  struct Result {
    std::string problem;  // why it could not even start; empty: it did
    bool port_in_use = false;
    std::optional<std::chrono::milliseconds> any{};  // until there was a connection
    std::optional<std::chrono::milliseconds> udp{};  // until it was one by UDP
  };

  // Ends when there is a connection by UDP, or by TCP when none by UDP follows in `udp_patience`;
  // otherwise it goes on as long as it lives. `on_done` is called once, from the loop
  // and never from inside.
  ToxTrial(asio::io_context& loop, const ToxConfig& config,
           const std::vector<BootstrapNode>& bootstrap, std::chrono::milliseconds udp_patience,
           std::function<void()> on_done);
  ~ToxTrial() override;

  const Result& result() const { return result_; }

 private:
  void start(const ToxConfig& config, const std::vector<BootstrapNode>& bootstrap);
  void fail(const std::string& problem);
  void end_in(std::chrono::milliseconds delay);

  void on_connection(Connection connection) override;

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
