#include "bot/peers/group_contact.h"

#include <array>

namespace ngcshare {
namespace {

Bytes with_packet_id(Frame& frame, PacketId id) {
  const std::array<uint8_t, 2> prefix{kGroupPacketHighByte, static_cast<uint8_t>(id)};
  return frame.with_prefix(prefix);
}

SendResult to_result(ToxNode::Sent sent) {
  switch (sent) {
    case ToxNode::Sent::kSent:
      return SendResult::kSent;
    case ToxNode::Sent::kFull:
      return SendResult::kFull;
    case ToxNode::Sent::kGone:
      break;
  }
  return SendResult::kGone;
}

}  // namespace

SendResult GroupContact::send(Outgoing where, Frame& frame) {
  if (absent_) return SendResult::kGone;
  const Bytes packet = with_packet_id(frame, where.id);
  const auto delivery = where.channel == Channel::kLossless ? ToxNode::Delivery::kLossless
                                                            : ToxNode::Delivery::kLossy;
  const SendResult result = to_result(node_.send_packet(group_, number_, delivery, packet));
  if (result == SendResult::kSent) sent_.add(packet.size());
  return result;
}

bool GroupContact::relayed() const {
  return !absent_ && node_.peer_connection(group_, number_) == NetworkConnection::kTcp;
}

std::optional<Role> GroupContact::role() const {
  return absent_ ? std::nullopt : node_.peer_role(group_, number_);
}

std::string GroupContact::nick() const {
  return absent_ ? std::string() : node_.peer_name(group_, number_);
}

SendResult send_public(ToxNode& node, GroupNumber group, const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  return to_result(node.send_public_packet(group, with_packet_id(frame, where.id)));
}

}  // namespace ngcshare
