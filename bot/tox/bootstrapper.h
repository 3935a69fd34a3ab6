// Connects a node to the network, and reconnects it: asks boot nodes again and again until one
// answers, because a single lost packet would otherwise leave the node without a network.
#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bot/lookup/name_lookup.h"
#include "bot/tox/boot_nodes.h"
#include "bot/tox/network_node.h"
#include "bot/tox/one_shot_timer.h"

namespace ngcshare {

class Bootstrapper {
 public:
  static constexpr size_t kNodesPerRound = 6;
  static constexpr std::chrono::milliseconds kFirstInterval{1500};
  static constexpr std::chrono::milliseconds kLongestInterval{20000};

  // `node` must outlive the bootstrapper. `resolve_names` is false behind a proxy, because a DNS
  // query would bypass it; nodes without a numeric address are then skipped.
  Bootstrapper(asio::io_context& loop, NetworkNode& node, std::vector<BootstrapNode> nodes,
               bool resolve_names)
      : Bootstrapper(loop, node, std::move(nodes), resolve_names,
                     std::make_unique<LoopTimer>(loop)) {}
  // Waits for the next round with `timer`.
  Bootstrapper(asio::io_context& loop, NetworkNode& node, std::vector<BootstrapNode> nodes,
               bool resolve_names, std::unique_ptr<OneShotTimer> timer);

  void start() { schedule(std::chrono::milliseconds(0)); }
  void stop();
  // Replaces the list, and asks the new nodes at once if there is no connection yet.
  void replace(std::vector<BootstrapNode> nodes);
  // Must be called when the node's connection has changed.
  void on_connection(NetworkConnection connection);

 private:
  void schedule(std::chrono::milliseconds delay);
  void ask_some();
  void ask(const BootstrapNode& node);
  void ask_at(const std::string& ip, const BootstrapNode& node);

  NetworkNode& node_;
  std::vector<BootstrapNode> nodes_;
  bool resolve_names_;
  std::unique_ptr<OneShotTimer> timer_;
  NameLookup lookup_;
  std::chrono::milliseconds interval_ = kFirstInterval;
  size_t next_ = 0;
};

}  // namespace ngcshare
