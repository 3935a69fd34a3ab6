// ToxNode: groups and their peers.
#include <sodium.h>
#include <tox/tox.h>

#include "bot/base/log.h"
#include "bot/tox/node.h"
#include "bot/tox/text_bytes.h"

namespace ngcshare {
namespace {

std::optional<Role> to_role(Tox_Group_Role role) {
  switch (role) {
    case TOX_GROUP_ROLE_FOUNDER:
      return Role::kFounder;
    case TOX_GROUP_ROLE_MODERATOR:
      return Role::kModerator;
    case TOX_GROUP_ROLE_USER:
      return Role::kUser;
    case TOX_GROUP_ROLE_OBSERVER:
      return Role::kObserver;
  }
  return std::nullopt;
}

}  // namespace

std::optional<GroupNumber> ToxNode::create_group(const std::string& name, const std::string& nick,
                                                 bool is_private) {
  Tox_Err_Group_New error{};
  const auto state = is_private ? TOX_GROUP_PRIVACY_STATE_PRIVATE : TOX_GROUP_PRIVACY_STATE_PUBLIC;
  const GroupNumber group =
      tox_group_new(raw(), state, as_bytes(name), name.size(), as_bytes(nick), nick.size(), &error);
  if (error == TOX_ERR_GROUP_NEW_OK) return group;
  log_error("group.create_failed", "cannot create group \"{name}\": {error}", Field{"name", name},
            Field{"error", tox_err_group_new_to_string(error)});
  return std::nullopt;
}

std::optional<GroupNumber> ToxNode::join_group(const Key& chat_id, const std::string& nick,
                                               const std::string& password) {
  Tox_Err_Group_Join error{};
  const GroupNumber group =
      tox_group_join(raw(), chat_id.data(), as_bytes(nick), nick.size(),
                     password.empty() ? nullptr : as_bytes(password), password.size(), &error);
  if (error == TOX_ERR_GROUP_JOIN_OK) return group;
  // toxcore reports these for a key that is not a point of the curve.
  const bool is_no_key =
      error == TOX_ERR_GROUP_JOIN_INIT || error == TOX_ERR_GROUP_JOIN_BAD_CHAT_ID;
  log_error("group.join_failed", "cannot join group {group}: {reason}",
            Field{"group", to_hex(chat_id)},
            Field{"reason", is_no_key ? "no group has this chat id; check it for a typing error"
                                      : tox_err_group_join_to_string(error)});
  return std::nullopt;
}

bool ToxNode::may_be_chat_id(const Key& chat_id) {
  Key converted{};
  return crypto_sign_ed25519_pk_to_curve25519(converted.data(), chat_id.data()) == 0;
}

void ToxNode::set_nick(const std::string& nick) {
  for (const GroupNumber group : groups()) {
    Tox_Err_Group_Self_Name_Set error{};
    if (tox_group_self_set_name(raw(), group, as_bytes(nick), nick.size(), &error)) continue;
    log_warn("group.nick_failed", "cannot take the nickname \"{nick}\" in a group: {error}",
             Field{"nick", nick}, Field{"error", tox_err_group_self_name_set_to_string(error)});
  }
}

bool ToxNode::leave_group(GroupNumber group) {
  return tox_group_leave(raw(), group, nullptr, 0, nullptr);
}

bool ToxNode::set_group_password(GroupNumber group, const std::string& password) {
  Tox_Err_Group_Set_Password error{};
  if (tox_group_set_password(raw(), group, as_bytes(password), password.size(), &error)) {
    return true;
  }
  log_error("group.password_failed", "cannot set the group's password: {error}",
            Field{"error", tox_err_group_set_password_to_string(error)});
  return false;
}

std::optional<GroupNumber> ToxNode::find_group(const Key& chat_id) const {
  Tox_Err_Group_By_Id error{};
  const GroupNumber group = tox_group_by_id(tox_.get(), chat_id.data(), &error);
  return error == TOX_ERR_GROUP_BY_ID_OK ? std::optional(group) : std::nullopt;
}

std::optional<Key> ToxNode::chat_id(GroupNumber group) const {
  Key key{};
  if (!tox_group_get_chat_id(tox_.get(), group, key.data(), nullptr)) return std::nullopt;
  return key;
}

std::string ToxNode::group_name(GroupNumber group) const {
  Tox_Err_Group_State_Query error{};
  const size_t size = tox_group_get_name_size(tox_.get(), group, &error);
  if (error != TOX_ERR_GROUP_STATE_QUERY_OK) return "";  // the size is meaningless then
  std::string name(size, '\0');
  const bool known =
      tox_group_get_name(tox_.get(), group, reinterpret_cast<uint8_t*>(name.data()), nullptr);
  return known ? name : std::string();
}

std::string ToxNode::group_password(GroupNumber group) const {
  Tox_Err_Group_State_Query error{};
  const size_t size = tox_group_get_password_size(tox_.get(), group, &error);
  if (error != TOX_ERR_GROUP_STATE_QUERY_OK) return "";  // the size is meaningless then
  std::string password(size, '\0');
  const bool known = tox_group_get_password(tox_.get(), group,
                                            reinterpret_cast<uint8_t*>(password.data()), nullptr);
  return known ? password : std::string();
}

bool ToxNode::group_is_private(GroupNumber group) const {
  return tox_group_get_privacy_state(tox_.get(), group, nullptr) == TOX_GROUP_PRIVACY_STATE_PRIVATE;
}

bool ToxNode::group_connected(GroupNumber group) const {
  return tox_group_is_connected(tox_.get(), group, nullptr);
}

std::optional<Key> ToxNode::own_key(GroupNumber group) const {
  Key key{};
  if (!tox_group_self_get_public_key(tox_.get(), group, key.data(), nullptr)) return std::nullopt;
  return key;
}

std::optional<Key> ToxNode::peer_key(GroupNumber group, PeerNumber peer) const {
  Key key{};
  if (!tox_group_peer_get_public_key(tox_.get(), group, peer, key.data(), nullptr)) {
    return std::nullopt;
  }
  return key;
}

std::string ToxNode::peer_name(GroupNumber group, PeerNumber peer) const {
  Tox_Err_Group_Peer_Query error{};
  const size_t size = tox_group_peer_get_name_size(tox_.get(), group, peer, &error);
  if (error != TOX_ERR_GROUP_PEER_QUERY_OK) return "";  // the size is meaningless then
  std::string name(size, '\0');
  const bool known = tox_group_peer_get_name(tox_.get(), group, peer,
                                             reinterpret_cast<uint8_t*>(name.data()), nullptr);
  return known ? name : std::string();
}

std::optional<Role> ToxNode::peer_role(GroupNumber group, PeerNumber peer) const {
  Tox_Err_Group_Peer_Query error{};
  const Tox_Group_Role role = tox_group_peer_get_role(tox_.get(), group, peer, &error);
  return error == TOX_ERR_GROUP_PEER_QUERY_OK ? to_role(role) : std::nullopt;
}

std::optional<Role> ToxNode::own_role(GroupNumber group) const {
  Tox_Err_Group_Self_Query error{};
  const Tox_Group_Role role = tox_group_self_get_role(tox_.get(), group, &error);
  return error == TOX_ERR_GROUP_SELF_QUERY_OK ? to_role(role) : std::nullopt;
}

NetworkConnection ToxNode::peer_connection(GroupNumber group, PeerNumber peer) const {
  Tox_Err_Group_Peer_Query error{};
  const auto status = tox_group_peer_get_connection_status(tox_.get(), group, peer, &error);
  if (error != TOX_ERR_GROUP_PEER_QUERY_OK || status == TOX_CONNECTION_NONE) {
    return NetworkConnection::kNone;
  }
  return status == TOX_CONNECTION_UDP ? NetworkConnection::kUdp : NetworkConnection::kTcp;
}

ToxNode::Sent ToxNode::send_packet(GroupNumber group, PeerNumber peer, Delivery delivery,
                                   Bytes packet) {
  Tox_Err_Group_Send_Custom_Private_Packet error{};
  tox_group_send_custom_private_packet(raw(), group, peer, delivery == Delivery::kLossless,
                                       packet.data(), packet.size(), &error);
  switch (error) {
    case TOX_ERR_GROUP_SEND_CUSTOM_PRIVATE_PACKET_OK:
      return Sent::kSent;
    case TOX_ERR_GROUP_SEND_CUSTOM_PRIVATE_PACKET_FAIL_SEND:
      return Sent::kFull;
    default:
      return Sent::kGone;
  }
}

ToxNode::Sent ToxNode::send_public_packet(GroupNumber group, Bytes packet) {
  Tox_Err_Group_Send_Custom_Packet error{};
  tox_group_send_custom_packet(raw(), group, true, packet.data(), packet.size(), &error);
  switch (error) {
    case TOX_ERR_GROUP_SEND_CUSTOM_PACKET_OK:
      return Sent::kSent;
    case TOX_ERR_GROUP_SEND_CUSTOM_PACKET_FAIL_SEND:
      return Sent::kFull;
    default:
      return Sent::kGone;
  }
}

}  // namespace ngcshare
