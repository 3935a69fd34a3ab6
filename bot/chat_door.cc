#include "bot/chat_door.h"

#include "bot/log.h"
#include "bot/words.h"
#include "storage/error.h"

namespace ngcshare {

ChatDoor::ChatDoor(ToxNode& node, SessionHub& hub, Commands& commands, const Access& access,
                   SeenPeople& people, std::function<int64_t()> unix_now)
    : node_(node),
      hub_(hub),
      commands_(commands),
      access_(access),
      people_(people),
      unix_now_(std::move(unix_now)) {}

void ChatDoor::on_message(GroupNumber group, PeerNumber peer, bool is_private,
                          const std::string& text, TimePoint now) {
  const auto stripped = strip_prefix(text);
  if (!stripped && !is_private) return;
  const auto key = node_.peer_key(group, peer);
  const auto chat_id = node_.chat_id(group);
  if (!key || !chat_id) return;
  const storage::Person person{*chat_id, *key};
  if (is_bot(person)) return;
  const Patience patience = spend(person, now);
  if (patience == Patience::kSayEnough) {
    reply(group, peer, "that is enough for now: 12 commands a minute; I am silent for 5 minutes");
  }
  if (patience != Patience::kAnswer) return;
  const Role role = node_.peer_role(group, peer).value_or(Role::kObserver);
  const Asker asker{.level = access_.level(person, role, unix_now_()),
                    .chat_id = chat_id,
                    .key = key,
                    .door = is_private ? Door::kPrivate : Door::kGroup,
                    .nick = node_.peer_name(group, peer),
                    .role = role};
  answer(group, peer, asker, stripped.value_or(text));
}

bool ChatDoor::is_bot(const storage::Person& person) {
  const Peer* const known = hub_.find(person);
  return known != nullptr && known->session->knows_extension();
}

ChatDoor::Patience ChatDoor::spend(const storage::Person& person, TimePoint now) {
  if (budgets_.size() >= kMaxBudgets && !budgets_.contains(person)) budgets_.clear();
  Budget& budget = budgets_[person];
  if (budget.silent_until && now < *budget.silent_until) return Patience::kSilent;
  if (budget.commands.take(now)) return Patience::kAnswer;
  budget.silent_until = now + kSilence;
  return Patience::kSayEnough;
}

void ChatDoor::answer(GroupNumber group, PeerNumber peer, const Asker& asker,
                      std::string_view line) {
  try {
    people_.note({*asker.chat_id, *asker.key}, asker.nick);
    const Answer answer = commands_.run(line, asker);
    log_info("command", "command from {peer}: {result}", Field{"peer", short_key(*asker.key)},
             Field{"result", answer.ok ? "done" : "refused"});
    reply(group, peer, answer.text);
    if (!answer.announcement.empty()) announce(answer.announcement, answer.announce_in);
  } catch (const storage::StorageError& error) {
    log_error("command.failed", "a command failed: {error}", Field{"error", error.what()});
    reply(group, peer, "that could not be written down; see the gateway's log");
  }
}

void ChatDoor::announce(const std::string& text, const std::optional<Key>& chat_id) {
  for (const GroupNumber group : node_.groups()) {
    if (!chat_id || node_.chat_id(group) == chat_id) announce_in(group, text);
  }
}

void ChatDoor::announce_in(GroupNumber group, const std::string& text) {
  for (const auto& piece : split_message(text, ToxNode::kMaxMessageBytes)) {
    node_.send_message(group, piece);
  }
}

void ChatDoor::reply(GroupNumber group, PeerNumber peer, const std::string& text) {
  for (const auto& piece : split_answer(text, ToxNode::kMaxMessageBytes, kMostMessages)) {
    if (!node_.send_private_message(group, peer, piece)) {
      log_debug("command.no_answer", "an answer could not be sent");
      return;
    }
  }
}

}  // namespace ngcshare
