// Gets a node into the network and back into it: asks boot nodes until one has answered. One lost
// packet would otherwise mean no network at all.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bot/alarm.h"
#include "bot/bootstrap_nodes.h"
#include "bot/network_node.h"

namespace ngcshare {

class Bootstrapper {
 public:
  static constexpr size_t kNodesPerRound = 6;
  static constexpr std::chrono::milliseconds kFirstInterval{1500};
  static constexpr std::chrono::milliseconds kLongestInterval{20000};

  // `resolve_names`: false behind a proxy, where a name must not be asked for in the open; nodes
  // that are not numeric addresses are then skipped. `node` must outlive the bootstrapper.
  Bootstrapper(asio::io_context& loop, NetworkNode& node, std::vector<BootstrapNode> nodes,
               bool resolve_names)
      : Bootstrapper(loop, node, std::move(nodes), resolve_names,
                     std::make_unique<LoopAlarm>(loop)) {}
  // Waits for the next round with `alarm`.
  Bootstrapper(asio::io_context& loop, NetworkNode& node, std::vector<BootstrapNode> nodes,
               bool resolve_names, std::unique_ptr<Alarm> alarm);

  void start() { schedule(std::chrono::milliseconds(0)); }
  void stop();
  // From now on these are asked; at once, where no node has answered yet.
  void replace(std::vector<BootstrapNode> nodes);
  // The node's connection has changed.
  void on_connection(Connection connection);

 private:
  void schedule(std::chrono::milliseconds delay);
  void ask_some();
  void ask(const BootstrapNode& node);
  void ask_at(const std::string& ip, const BootstrapNode& node);

  NetworkNode& node_;
  std::vector<BootstrapNode> nodes_;
  bool resolve_names_;
  std::unique_ptr<Alarm> alarm_;
  asio::ip::udp::resolver resolver_;
  std::chrono::milliseconds interval_ = kFirstInterval;
  size_t next_ = 0;
};

}  // namespace ngcshare
