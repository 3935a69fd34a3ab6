#include "bot/tox/boot_nodes.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bot/base/host_name.h"
#include "bot/tox/default_boot_nodes.h"

namespace ngcshare {
namespace {

// The list marks an absent address with a dash.
bool is_present(const std::string& address) { return !address.empty() && address != "-"; }

uint16_t port_of(const nlohmann::json& value) {
  const bool is_port =
      value.is_number_unsigned() && value.get<uint64_t>() >= 1 && value.get<uint64_t>() <= 65535;
  if (!is_port)
    throw std::runtime_error("not a list of boot nodes: a port is not a number from 1 to 65535");
  return value.get<uint16_t>();
}

void add_node(const nlohmann::json& entry, std::vector<BootstrapNode>& nodes) {
  BootstrapNode node;
  const auto key = parse_key(entry.at("public_key").get<std::string>());
  if (!key) throw std::runtime_error("not a list of boot nodes: a public_key is not 64 digits");
  node.key = *key;
  node.port = port_of(entry.at("port"));
  for (const auto& port : entry.value("tcp_ports", nlohmann::json::array())) {
    node.tcp_ports.push_back(port_of(port));
  }
  for (const char* family : {"ipv4", "ipv6"}) {
    node.host = entry.value(family, "-");
    if (is_present(node.host)) nodes.push_back(node);
  }
}

}  // namespace

std::optional<BootstrapNode> parse_bootstrap_node(std::string_view text) {
  const size_t key_at = text.rfind(':');
  if (key_at == std::string_view::npos || key_at == 0) return std::nullopt;
  const auto key = parse_key(text.substr(key_at + 1));
  const auto address = split_host_port(text.substr(0, key_at));
  if (!key || !address || !is_valid_host(address->host)) return std::nullopt;
  return BootstrapNode{std::string(address->host), address->port, {address->port}, *key};
}

std::vector<BootstrapNode> parse_bootstrap_nodes_json(std::string_view text) {
  std::vector<BootstrapNode> nodes;
  try {
    const auto document = nlohmann::json::parse(text);
    for (const auto& entry : document.at("nodes")) add_node(entry, nodes);
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(std::string("not a list of boot nodes: ") + error.what());
  }
  return nodes;
}

std::vector<BootstrapNode> default_bootstrap_nodes() {
  return parse_bootstrap_nodes_json(kDefaultBootstrapNodesJson);
}

}  // namespace ngcshare
