// A member of a group (NGC) as a protocol contact.
#pragma once

#include "bot/peers/peer_contact.h"
#include "bot/tox/node.h"

namespace ngcshare {

// The high byte of the packet ids in groups; the low byte is the PacketId.
inline constexpr uint8_t kGroupPacketHighByte = 0x90;

class GroupContact : public PeerContact {
 public:
  // `node` must outlive the contact.
  GroupContact(ToxNode& node, GroupNumber group, PeerNumber number)
      : node_(node), group_(group), number_(number) {}

  SendResult send(Outgoing where, Frame& frame) override;
  bool relayed() const override;
  const Traffic& sent() const override { return sent_; }
  void set_absent() override { absent_ = true; }
  // Both return nothing while the member is absent: its number may be somebody else's by then.
  std::optional<Role> role() const override;
  std::string nick() const override;

  // The member is back, under these numbers.
  void move_to(GroupNumber group, PeerNumber number) {
    group_ = group;
    number_ = number;
    absent_ = false;
  }
  GroupNumber group() const { return group_; }
  PeerNumber number() const { return number_; }

 private:
  ToxNode& node_;
  GroupNumber group_;
  PeerNumber number_;
  bool absent_ = false;
  Traffic sent_;
};

// Sends a packet to every member who is in the group now.
SendResult send_public(ToxNode& node, GroupNumber group, const Packet& packet);

}  // namespace ngcshare
