// Nodes by which a Tox program finds the network, and reading them from text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/hex.h"

namespace ngcshare {

struct BootstrapNode {
  std::string host;  // a name or numeric address
  uint16_t port = 0;
  std::vector<uint16_t> tcp_ports;  // where its TCP relay listens; may be empty
  Key key{};

  friend bool operator==(const BootstrapNode&, const BootstrapNode&) = default;
};

// HOST:PORT:KEY, an IPv6 address in brackets. nullopt when it is not that.
std::optional<BootstrapNode> parse_bootstrap_node(std::string_view text);

// The format of deploy/bootstrap-nodes.json. Throws std::runtime_error, one line, with what is
// wrong. A node with both address families gives two entries.
std::vector<BootstrapNode> parse_bootstrap_nodes_json(std::string_view text);

// The list that was built in, deploy/bootstrap-nodes.json.
std::vector<BootstrapNode> default_bootstrap_nodes();

}  // namespace ngcshare
