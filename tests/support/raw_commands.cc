#include "raw_commands.h"

#include <array>

#include "raw_lines.h"
#include "raw_text.h"

bool GroupCommands::obey(const std::string& command, std::istringstream& words) {
  if (command == "private") {
    send_private(words);
  } else if (command == "public") {
    send_public(words);
  } else if (command == "say") {
    speak(rest_of(words));
  } else if (command == "whisper") {
    whisper(words);
  } else if (command == "role") {
    set_role(words);
  } else if (command == "password") {
    set_password(rest_of(words));
  } else if (command == "kick") {
    kick(words);
  } else if (command == "lie") {
    lie(rest_of(words));
  } else {
    return false;
  }
  return true;
}

void GroupCommands::send_private(std::istringstream& words) {
  std::string channel;
  std::string key;
  std::string hex;
  words >> channel >> key >> hex;
  const auto peer = number_of(key);
  const auto packet = from_hex(hex);
  if (!peer || !packet) return report(false, -1);
  Tox_Err_Group_Send_Custom_Private_Packet error{};
  tox_group_send_custom_private_packet(tox_, group_, *peer, channel == "lossless", packet->data(),
                                       packet->size(), &error);
  report(error == TOX_ERR_GROUP_SEND_CUSTOM_PRIVATE_PACKET_OK, error);
}

void GroupCommands::send_public(std::istringstream& words) {
  std::string channel;
  std::string hex;
  words >> channel >> hex;
  const auto packet = from_hex(hex);
  if (!packet) return report(false, -1);
  Tox_Err_Group_Send_Custom_Packet error{};
  tox_group_send_custom_packet(tox_, group_, channel == "lossless", packet->data(), packet->size(),
                               &error);
  report(error == TOX_ERR_GROUP_SEND_CUSTOM_PACKET_OK, error);
}

void GroupCommands::speak(const std::string& text) {
  Tox_Err_Group_Send_Message error{};
  tox_group_send_message(tox_, group_, TOX_MESSAGE_TYPE_NORMAL, as_bytes(text), text.size(),
                         &error);
  report(error == TOX_ERR_GROUP_SEND_MESSAGE_OK, error);
}

void GroupCommands::whisper(std::istringstream& words) {
  std::string key;
  words >> key;
  const std::string text = rest_of(words);
  const auto peer = number_of(key);
  if (!peer) return report(false, -1);
  Tox_Err_Group_Send_Private_Message error{};
  tox_group_send_private_message(tox_, group_, *peer, TOX_MESSAGE_TYPE_NORMAL, as_bytes(text),
                                 text.size(), &error);
  report(error == TOX_ERR_GROUP_SEND_PRIVATE_MESSAGE_OK, error);
}

void GroupCommands::set_role(std::istringstream& words) {
  std::string key;
  std::string name;
  words >> key >> name;
  const auto peer = number_of(key);
  if (!peer) return report(false, -1);
  const Tox_Group_Role role = name == "moderator"  ? TOX_GROUP_ROLE_MODERATOR
                              : name == "observer" ? TOX_GROUP_ROLE_OBSERVER
                                                   : TOX_GROUP_ROLE_USER;
  Tox_Err_Group_Set_Role error{};
  report(tox_group_set_role(tox_, group_, *peer, role, &error), error);
}

void GroupCommands::set_password(const std::string& password) {
  Tox_Err_Group_Set_Password error{};
  report(tox_group_set_password(tox_, group_, as_bytes(password), password.size(), &error), error);
}

void GroupCommands::kick(std::istringstream& words) {
  std::string key;
  words >> key;
  const auto peer = number_of(key);
  if (!peer) return report(false, -1);
  Tox_Err_Group_Kick_Peer error{};
  report(tox_group_kick_peer(tox_, group_, *peer, &error), error);
}

// toxcore takes the password for the group's until it hears better.
void GroupCommands::lie(const std::string& password) {
  std::array<uint8_t, TOX_GROUP_CHAT_ID_SIZE> chat_id{};
  tox_group_get_chat_id(tox_, group_, chat_id.data(), nullptr);
  Tox_Err_Group_Join error{};
  tox_group_join(tox_, chat_id.data(), as_bytes(password), password.size(), as_bytes(password),
                 password.size(), &error);
  report(error == TOX_ERR_GROUP_JOIN_OK, error);
}

void GroupCommands::report(bool sent, int error) {
  if (!sent) say("send_failed", "\"error\":" + std::to_string(error));
}

std::optional<uint32_t> GroupCommands::number_of(const std::string& key) const {
  const auto found = peers_.find(key);
  return found == peers_.end() ? std::nullopt : std::optional(found->second);
}
