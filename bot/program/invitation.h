// Links to the groups of a gateway.
#pragma once

#include <optional>
#include <vector>

#include "bot/invitation/link.h"
#include "bot/tox/boot_nodes.h"
#include "bot/tox/node.h"

namespace ngcshare {

// Returns a link without a secret, or nullopt if the node is not in the group. It names the boot
// nodes that are not built in. If none of `boot_nodes` is, the network may be one of its own.
std::optional<InvitationLink> link_to_group(const ToxNode& node,
                                            const std::vector<BootstrapNode>& boot_nodes,
                                            const Key& chat_id);

// Sets the nodes of the link.
void tell_nodes(const std::vector<BootstrapNode>& boot_nodes, InvitationLink& link);

}  // namespace ngcshare
