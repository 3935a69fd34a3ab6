#include "bot/group_contact.h"

#include <tox/tox.h>

#include <array>

namespace ngcshare {
namespace {

Bytes with_packet_id(Frame& frame, PacketId id) {
  const std::array<uint8_t, 2> prefix{kGroupPacketHighByte, static_cast<uint8_t>(id)};
  return frame.with_prefix(prefix);
}

}  // namespace

SendResult GroupContact::send(Outgoing where, Frame& frame) {
  if (absent_) return SendResult::kGone;
  const Bytes packet = with_packet_id(frame, where.id);
  Tox_Err_Group_Send_Custom_Private_Packet error{};
  tox_group_send_custom_private_packet(node_.raw(), group_, peer_,
                                       where.channel == Channel::kLossless, packet.data(),
                                       packet.size(), &error);
  switch (error) {
    case TOX_ERR_GROUP_SEND_CUSTOM_PRIVATE_PACKET_OK:
      sent_.add(packet.size());
      return SendResult::kSent;
    case TOX_ERR_GROUP_SEND_CUSTOM_PRIVATE_PACKET_FAIL_SEND:
      return SendResult::kFull;
    default:
      return SendResult::kGone;
  }
}

bool GroupContact::relayed() const {
  return !absent_ && node_.peer_connection(group_, peer_) == Connection::kTcp;
}

SendResult send_public(ToxNode& node, GroupNumber group, const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  const Bytes bytes = with_packet_id(frame, where.id);
  Tox_Err_Group_Send_Custom_Packet error{};
  tox_group_send_custom_packet(node.raw(), group, true, bytes.data(), bytes.size(), &error);
  if (error == TOX_ERR_GROUP_SEND_CUSTOM_PACKET_OK) return SendResult::kSent;
  return error == TOX_ERR_GROUP_SEND_CUSTOM_PACKET_FAIL_SEND ? SendResult::kFull
                                                             : SendResult::kGone;
}

}  // namespace ngcshare
