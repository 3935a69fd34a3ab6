// Boot nodes, through which a Tox program finds the network, and parsers for their text forms.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/key.h"

namespace ngcshare {

struct BootstrapNode {
  std::string host;  // a name or numeric address
  uint16_t port = 0;
  std::vector<uint16_t> tcp_ports;  // where its TCP relay listens; may be empty
  Key key{};
  bool first = false;  // asked before the others

  friend bool operator==(const BootstrapNode&, const BootstrapNode&) = default;
};

// Parses HOST:PORT:KEY (an IPv6 address in brackets), or returns nullopt.
std::optional<BootstrapNode> parse_bootstrap_node(std::string_view text);

// Parses the format of deploy/bootstrap-nodes.json. A node with both address families becomes two
// entries. Throws std::runtime_error with a one-line reason.
std::vector<BootstrapNode> parse_bootstrap_nodes_json(std::string_view text);

// Returns the built-in list, which is deploy/bootstrap-nodes.json.
std::vector<BootstrapNode> default_bootstrap_nodes();

}  // namespace ngcshare
