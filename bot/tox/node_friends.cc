// ToxNode: friends, who can invite to groups.
#include <tox/tox.h>

#include <algorithm>

#include "bot/base/log.h"
#include "bot/tox/node.h"
#include "bot/tox/text_bytes.h"

namespace ngcshare {
namespace {

std::optional<Tox_Friend_Number> find_friend(const Tox* tox, const Key& key) {
  Tox_Err_Friend_By_Public_Key error{};
  const Tox_Friend_Number number = tox_friend_by_public_key(tox, key.data(), &error);
  return error == TOX_ERR_FRIEND_BY_PUBLIC_KEY_OK ? std::optional(number) : std::nullopt;
}

}  // namespace

bool ToxNode::request_friend(Bytes tox_id, const std::string& greeting) {
  if (tox_id.size() != TOX_ADDRESS_SIZE) return false;
  Key key{};
  std::copy_n(tox_id.begin(), key.size(), key.begin());
  if (find_friend(tox_.get(), key)) return true;
  Tox_Err_Friend_Add error{};
  tox_friend_add(raw(), tox_id.data(), as_bytes(greeting), greeting.size(), &error);
  if (error == TOX_ERR_FRIEND_ADD_OK) return true;
  log_error("friend.no_request", "no friend request to {friend}: {error}",
            Field{"friend", to_hex(tox_id).substr(0, 16)},
            Field{"error", tox_err_friend_add_to_string(error)});
  return false;
}

bool ToxNode::expect_friend(const Key& key) {
  if (find_friend(tox_.get(), key)) return true;
  Tox_Err_Friend_Add error{};
  tox_friend_add_norequest(raw(), key.data(), &error);
  return error == TOX_ERR_FRIEND_ADD_OK;
}

void ToxNode::remove_friend(const Key& key) {
  if (const auto number = find_friend(tox_.get(), key)) tox_friend_delete(raw(), *number, nullptr);
}

bool ToxNode::invite(GroupNumber group, const Key& friend_key) {
  const auto number = find_friend(tox_.get(), friend_key);
  return number && tox_group_invite_friend(raw(), group, *number, nullptr);
}

std::optional<GroupNumber> ToxNode::accept_invite(const Key& friend_key, Bytes invite,
                                                  const std::string& nick,
                                                  const std::string& password) {
  const auto number = find_friend(tox_.get(), friend_key);
  if (!number) return std::nullopt;
  Tox_Err_Group_Invite_Accept error{};
  const GroupNumber group = tox_group_invite_accept(
      raw(), *number, invite.data(), invite.size(), as_bytes(nick), nick.size(),
      password.empty() ? nullptr : as_bytes(password), password.size(), &error);
  if (error == TOX_ERR_GROUP_INVITE_ACCEPT_OK) return group;
  log_warn("group.invitation_failed", "an invitation could not be accepted: {error}",
           Field{"error", tox_err_group_invite_accept_to_string(error)});
  return std::nullopt;
}

// An invitation begins with the chat id.
std::optional<Key> ToxNode::chat_id_of(Bytes invite) {
  Key chat_id{};
  if (invite.size() < chat_id.size()) return std::nullopt;
  std::copy_n(invite.begin(), chat_id.size(), chat_id.begin());
  return chat_id;
}

}  // namespace ngcshare
