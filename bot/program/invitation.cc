#include "bot/program/invitation.h"

#include <algorithm>

namespace ngcshare {

std::optional<InvitationLink> link_to_group(const ToxNode& node,
                                            const std::vector<BootstrapNode>& boot_nodes,
                                            const Key& chat_id) {
  const auto group = node.find_group(chat_id);
  const auto tox_id = parse_hex(node.address());
  if (!group || !tox_id) return std::nullopt;
  InvitationLink link;
  link.chat_id = chat_id;
  std::copy_n(tox_id->begin(), link.tox_id.size(), link.tox_id.begin());
  link.password = node.group_password(*group);
  link.is_private = node.group_is_private(*group);
  tell_nodes(boot_nodes, link);
  return link;
}

void tell_nodes(const std::vector<BootstrapNode>& boot_nodes, InvitationLink& link) {
  const auto built_in = default_bootstrap_nodes();
  for (const BootstrapNode& node : boot_nodes) {
    if (std::find(built_in.begin(), built_in.end(), node) != built_in.end()) continue;
    link.nodes.push_back({.host = node.host,
                          .port = node.port,
                          .tcp_port = node.tcp_ports.empty() ? uint16_t{0} : node.tcp_ports.front(),
                          .key = node.key});
  }
  link.own_network = !link.nodes.empty() && link.nodes.size() == boot_nodes.size();
}

}  // namespace ngcshare
