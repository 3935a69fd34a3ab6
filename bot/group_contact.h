// A member of a group (NGC) as a protocol contact.
#pragma once

#include "bot/tox_node.h"
#include "protocol/contact.h"

namespace ngcshare {

// Packet ids of groups: 0x90 and the low byte.
inline constexpr uint8_t kGroupPacketHighByte = 0x90;

// Custom packets and the bytes in them.
struct Traffic {
  uint64_t packets = 0;
  uint64_t bytes = 0;

  void add(size_t packet_bytes) {
    ++packets;
    bytes += packet_bytes;
  }
  Traffic& operator+=(const Traffic& other) {
    packets += other.packets;
    bytes += other.bytes;
    return *this;
  }
};

class GroupContact : public Contact {
 public:
  // `node` outlives the contact.
  GroupContact(ToxNode& node, GroupNumber group, PeerNumber peer)
      : node_(node), group_(group), peer_(peer) {}

  SendResult send(Outgoing where, Frame& frame) override;
  bool relayed() const override;

  // The member has left, for now: sends give kGone until move_to().
  void set_absent() { absent_ = true; }
  // The member is back under another number.
  void move_to(GroupNumber group, PeerNumber peer) {
    group_ = group;
    peer_ = peer;
    absent_ = false;
  }

  GroupNumber group() const { return group_; }
  PeerNumber peer() const { return peer_; }
  // What toxcore took for this peer.
  const Traffic& sent() const { return sent_; }

 private:
  ToxNode& node_;
  GroupNumber group_;
  PeerNumber peer_;
  bool absent_ = false;
  Traffic sent_;
};

// Sends a packet to everybody in the group who is there now.
SendResult send_public(ToxNode& node, GroupNumber group, const Packet& packet);

}  // namespace ngcshare
