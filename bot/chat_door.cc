#include "bot/chat_door.h"

#include <spdlog/spdlog.h>

#include "bot/words.h"
#include "storage/error.h"

namespace ngcshare {

ChatDoor::ChatDoor(ToxNode& node, const Commands& commands, std::set<Key> owners)
    : node_(node), commands_(commands), owners_(std::move(owners)) {}

void ChatDoor::on_message(GroupNumber group, PeerNumber peer, bool is_private,
                          const std::string& text, TimePoint now) {
  const auto stripped = strip_prefix(text);
  if (!stripped && !is_private) return;
  const auto key = node_.peer_key(group, peer);
  const auto chat_id = node_.chat_id(group);
  if (!key || !chat_id) return;
  if (budgets_.size() >= kMaxBudgets) budgets_.clear();
  auto& budget = budgets_.try_emplace(*key, kCommandsPerSecond, kCommandBurst).first->second;
  if (!budget.take(now)) return;

  const Asker asker{level_of(group, peer, *key), chat_id, key};
  try {
    const Answer answer = commands_.run(stripped.value_or(text), asker);
    spdlog::info("command from {}: {}", short_key(*key), answer.ok ? "done" : "refused");
    reply(group, peer, answer.text);
    if (!answer.announcement.empty()) node_.send_message(group, answer.announcement);
  } catch (const storage::StorageError& error) {
    spdlog::error("a command failed: {}", error.what());
    reply(group, peer, "that could not be written down; see the gateway's log");
  }
}

Level ChatDoor::level_of(GroupNumber group, PeerNumber peer, const Key& key) const {
  if (owners_.contains(key)) return Level::kOwner;
  const auto role = node_.peer_role(group, peer);
  const bool leads = role == Role::kFounder || role == Role::kModerator;
  return leads ? Level::kAdmin : Level::kMember;
}

void ChatDoor::reply(GroupNumber group, PeerNumber peer, const std::string& text) {
  for (const auto& piece : split_message(text, ToxNode::kMaxMessageBytes)) {
    if (!node_.send_private_message(group, peer, piece)) {
      spdlog::debug("an answer could not be sent");
      return;
    }
  }
}

}  // namespace ngcshare
