#include "bot/chat_door.h"

#include "bot/log.h"
#include "bot/words.h"
#include "storage/error.h"

namespace ngcshare {

ChatDoor::ChatDoor(SessionHub& hub, Commands& commands, const Access& access, SeenPeople& people,
                   std::function<int64_t()> unix_now)
    : hub_(hub),
      commands_(commands),
      access_(access),
      people_(people),
      unix_now_(std::move(unix_now)) {}

void ChatDoor::on_message(GroupNumber group, PeerNumber peer, bool is_private,
                          const std::string& text, TimePoint now) {
  const auto stripped = strip_prefix(text);
  if ((!stripped && !is_private) || is_bot(group, peer)) return;
  const auto key = hub_.node().peer_key(group, peer);
  const auto chat_id = hub_.node().chat_id(group);
  if (!key || !chat_id) return;
  const storage::Person person{*chat_id, *key};
  const Patience patience = spend(person, now);
  if (patience == Patience::kSayEnough) {
    reply(group, peer, "that is enough for now: 12 commands a minute; I am silent for 5 minutes");
  }
  if (patience != Patience::kAnswer) return;
  const Role role = hub_.node().peer_role(group, peer).value_or(Role::kObserver);
  const Asker asker{.level = access_.level(person, role, unix_now_()),
                    .chat_id = chat_id,
                    .key = key,
                    .door = is_private ? Door::kPrivate : Door::kGroup,
                    .nick = hub_.node().peer_name(group, peer),
                    .role = role};
  answer(group, peer, asker, stripped.value_or(text));
}

bool ChatDoor::is_bot(GroupNumber group, PeerNumber peer) {
  const Peer* const known = hub_.find(group, peer);
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
  for (const GroupNumber group : hub_.node().groups()) {
    if (!chat_id || hub_.node().chat_id(group) == chat_id) announce_in(group, text);
  }
}

void ChatDoor::announce_in(GroupNumber group, const std::string& text) {
  for (const auto& piece : split_message(text, ToxNode::kMaxMessageBytes)) {
    hub_.node().send_message(group, piece);
  }
}

void ChatDoor::reply(GroupNumber group, PeerNumber peer, const std::string& text) {
  for (const auto& piece : split_answer(text, ToxNode::kMaxMessageBytes, kMostMessages)) {
    if (!hub_.node().send_private_message(group, peer, piece)) {
      log_debug("command.no_answer", "an answer could not be sent");
      return;
    }
  }
}

}  // namespace ngcshare
