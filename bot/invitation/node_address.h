// The bytes of a boot node in an invitation link (SPEC.md §13).
#pragma once

#include <optional>
#include <vector>

#include "bot/invitation/link.h"
#include "protocol/base/bytes.h"

namespace ngcshare {

// Returns the node's bytes, or none if its host is no host or its port is 0.
std::vector<uint8_t> encode_node(const InvitationNode& node);

// Reads one node from the front, or returns nullopt for bytes that encode_node() does not write.
std::optional<InvitationNode> read_node(ByteReader& reader);

}  // namespace ngcshare
