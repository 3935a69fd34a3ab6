// A member of a group (NGC) as a protocol contact.
#pragma once

#include "bot/tox_node.h"
#include "protocol/contact.h"

namespace ngcshare {

// Packet ids of groups: 0x90 and the low byte.
inline constexpr uint8_t kGroupPacketHighByte = 0x90;

class GroupContact : public Contact {
 public:
  // `node` outlives the contact.
  GroupContact(ToxNode& node, GroupNumber group, PeerNumber peer)
      : node_(node), group_(group), peer_(peer) {}

  SendResult send(Outgoing where, Frame& frame) override;

  GroupNumber group() const { return group_; }
  PeerNumber peer() const { return peer_; }

 private:
  ToxNode& node_;
  GroupNumber group_;
  PeerNumber peer_;
};

// Sends a packet to everybody in the group who is there now.
SendResult send_public(ToxNode& node, GroupNumber group, const Packet& packet);

}  // namespace ngcshare
