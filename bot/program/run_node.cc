#include "bot/program/run_node.h"

#include <nlohmann/json.hpp>

#include "bot/program/online_process.h"

namespace ngcshare {

int run_node(const NodeOptions& options) {
  OnlineProcess process(options.common);
  const auto port = process.node().udp_port();
  const std::string address =
      "127.0.0.1:" + std::to_string(port.value_or(options.common.tox.tcp_relay_port)) + ":" +
      process.node().dht_key();
  process.output().say({{"event", "node"}, {"bootstrap", address}}, "bootstrap " + address);
  return process.run([] {});
}

}  // namespace ngcshare
