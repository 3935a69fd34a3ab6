#include "bot/groups/chat_door.h"

#include <utility>

#include "bot/base/ascii.h"
#include "bot/base/log.h"
#include "bot/groups/message_pieces.h"
#include "bot/invitation/link.h"
#include "bot/tox/node.h"
#include "storage/files/error.h"

namespace ngcshare {

ChatDoor::ChatDoor(Commands& commands, Access& access, SeenPeople& seen_people,
                   std::function<int64_t()> unix_now, Ways ways)
    : commands_(commands),
      access_(access),
      seen_people_(seen_people),
      unix_now_(std::move(unix_now)),
      ways_(std::move(ways)) {}

// A link that somebody passes on begins like a command, and is none.
std::optional<std::string_view> strip_prefix(std::string_view line) {
  if (is_meant_as_link(line)) return std::nullopt;
  for (const std::string_view prefix : {"/", "!", "ngcshare:"}) {
    if (lowered(line.substr(0, prefix.size())) != prefix) continue;
    line.remove_prefix(prefix.size());
    const size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return std::nullopt;
    return line.substr(start);
  }
  return std::nullopt;
}

void ChatDoor::on_line(const PresentPerson& speaker, const ChatLine& line, TimePoint now) {
  if (!line.is_private && void_claim_token(speaker, line.text)) return;
  const auto stripped = strip_prefix(line.text);
  if ((!stripped && !line.is_private) || speaker.is_bot) return;
  if (!line.is_private && is_for_another_bot(line.text, *stripped)) return;
  if (heard_.contains(speaker.person, line.id)) {
    log_debug("command.repeated", "a line that came before is ignored");
    return;
  }
  const Patience patience = spend(speaker.person, now);
  if (patience == Patience::kSayEnough) {
    reply(speaker.person,
          "that is enough for now: 12 commands a minute; I am silent for 5 minutes");
  }
  if (patience != Patience::kAnswer) return;
  heard_.add(speaker.person, line.id);
  const Asker asker{.level = access_.level(speaker.person, speaker.role, unix_now_()),
                    .chat_id = speaker.person.chat_id,
                    .key = speaker.person.key,
                    .door = line.is_private ? Door::kPrivate : Door::kGroup,
                    .nick = speaker.nick,
                    .role = speaker.role};
  answer(asker, stripped.value_or(line.text), speaker.person);
}

// Many bots take commands that begin with "!".
bool ChatDoor::is_for_another_bot(std::string_view line, std::string_view command) const {
  return line.starts_with('!') && !commands_.knows(command);
}

bool ChatDoor::void_claim_token(const PresentPerson& speaker, const std::string& text) {
  try {
    if (!access_.void_claim_token_in(text)) return false;
  } catch (const storage::StorageError& error) {
    log_error("claim.not_void",
              "a claim token was said in the group and could not be voided: {error}",
              Field{"error", error.what()});
    return false;
  }
  log_warn("claim.void",
           "{peer} said the claim token in the group, so it is void; for another, run ngcshare "
           "claim-token",
           Field{"peer", short_key(speaker.person.key)});
  reply(speaker.person,
        "everybody in the group could read that token, so it is void; for another, run on the "
        "gateway's machine: ngcshare claim-token, and send claim TOKEN to me in a private message");
  return true;
}

ChatDoor::Patience ChatDoor::spend(const storage::Person& person, TimePoint now) {
  if (budgets_.size() >= kMaxBudgets && !budgets_.contains(person)) budgets_.clear();
  Budget& budget = budgets_[person];
  if (budget.silent_until && now < *budget.silent_until) return Patience::kSilent;
  if (budget.commands.take(now)) return Patience::kAnswer;
  budget.silent_until = now + kSilence;
  return Patience::kSayEnough;
}

void ChatDoor::answer(const Asker& asker, std::string_view line, const storage::Person& person) {
  try {
    seen_people_.note(person, asker.nick);
    const Answer answer = commands_.run(line, asker);
    log_info("command", "command \"{command}\" from {peer}: {result}",
             Field{"command", answer.command}, Field{"peer", short_key(person.key)},
             Field{"result", answer.ok ? "done" : "refused"});
    reply(person, answer.text);
    if (!answer.announcement.empty()) announce(answer.announcement, answer.announce_in);
  } catch (const storage::StorageError& error) {
    log_error("command.failed", "a command failed: {error}", Field{"error", error.what()});
    reply(person, "that could not be written down; see the gateway's log");
  }
}

void ChatDoor::announce(const std::string& text, const std::optional<Key>& chat_id) {
  for (const auto& piece : split_message(text, ToxNode::kMaxMessageBytes)) {
    ways_.say(chat_id, piece);
  }
}

void ChatDoor::reply(const storage::Person& person, const std::string& text) {
  for (const auto& piece : split_answer(text, ToxNode::kMaxMessageBytes, kMostMessages)) {
    if (ways_.tell(person, piece)) continue;
    log_debug("command.no_answer", "an answer could not be sent");
    return;
  }
}

}  // namespace ngcshare
