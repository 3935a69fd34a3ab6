// Commands about invitation links.
#include "bot/base/numbers.h"
#include "bot/base/printable.h"
#include "bot/base/units.h"
#include "bot/base/words.h"
#include "bot/commands/commands.h"
#include "bot/commands/helpers.h"

namespace ngcshare {
namespace {

// The arguments of invite, in any order.
struct Wish {
  std::optional<std::string> group;
  bool once = false;
  bool with_password = false;
  std::optional<int64_t> seconds;
};

std::variant<Wish, Answer> parse(const Words& words) {
  Wish wish;
  for (const std::string& word : words) {
    const auto seconds = parse_seconds(word);
    if (word == "once") {
      wish.once = true;
    } else if (word == "with-password" || word == "--with-password") {
      wish.with_password = true;
    } else if (seconds && !wish.seconds) {
      wish.seconds = seconds;
    } else if (!seconds && !wish.group) {
      wish.group = word;
    } else {
      return refuse("usage: invite [GROUP] [once] [TIME] [with-password], for example: invite 7d");
    }
  }
  return wish;
}

// Returns the group that a link is for. In a group's chat it is that group, because an admin there
// need not know of the others.
std::variant<Key, std::string> chosen_group(const Commands::Context& context, const Wish& wish,
                                            const Asker& asker) {
  if (wish.group) {
    auto found = find_group(context, *wish.group);
    const auto* const chat_id = std::get_if<Key>(&found);
    const bool here = !asker.chat_id || (chat_id != nullptr && *chat_id == *asker.chat_id);
    if (here || asker.level == Level::kOwner) return found;
    return "only owners can invite to other groups than this one; for this one: invite";
  }
  if (asker.chat_id) return *asker.chat_id;
  const auto groups = context.program->groups();
  if (groups.size() == 1) return groups.front().chat_id;
  if (groups.empty()) return "this gateway is in no group";
  return "this gateway is in " + std::to_string(groups.size()) +
         " groups: name one of them, for example: invite " + to_hex(groups.front().chat_id);
}

std::string validity(bool once, const std::optional<int64_t>& seconds) {
  return std::string(once ? "for one person" : "for everybody who has it") +
         (seconds ? ", for " + format_seconds(*seconds) : std::string());
}

Answer with_link(const Commands::Context& context, const Wish& wish, const Asker& asker,
                 InvitationLink link) {
  const int64_t now = context.now();
  const auto until = wish.seconds ? std::optional(now + *wish.seconds) : std::nullopt;
  const auto issued = context.invitations.issue(
      {.chat_id = link.chat_id, .once = wish.once, .until = until}, {.at = now, .by = asker.key});
  if (!issued) {
    return refuse("there are " + std::to_string(Invitations::kMost) +
                  " invitations already; revoke one of them first; for a list: invites");
  }
  link.secret = issued->secret;
  const bool silent = !link.password.empty() && !wish.with_password;
  if (silent) link.password.clear();
  std::string text = to_text(link) + "\nfor: ngcshare connect LINK; it lets in whoever has it, " +
                     validity(wish.once, wish.seconds) + ". To end it: revoke-invite " +
                     std::to_string(issued->id);
  if (silent) {
    text += "\nThe group's password is not in it: tell it yourself, or use with-password";
  }
  return {.text = std::move(text)};
}

Answer invite(const Commands::Context& context, const Words& words, const Asker& asker) {
  const auto parsed = parse(words);
  if (const auto* const refusal = std::get_if<Answer>(&parsed)) return *refusal;
  const Wish& wish = std::get<Wish>(parsed);
  const auto chosen = chosen_group(context, wish, asker);
  if (const auto* const problem = std::get_if<std::string>(&chosen)) return refuse(*problem);
  const auto link = context.program->link_to(std::get<Key>(chosen));
  if (!link) return refuse("this gateway is not in that group; for a list: groups");
  return with_link(context, wish, asker, *link);
}

bool concerns(const storage::InvitationRecord& record, const Asker& asker) {
  return !asker.chat_id || asker.level == Level::kOwner || record.chat_id == *asker.chat_id;
}

Answer list(const Commands::Context& context, const Words& /*words*/, const Asker& asker) {
  std::string text;
  const int64_t now = context.now();
  for (const auto& record : context.invitations.list(now)) {
    if (!concerns(record, asker)) continue;
    const auto seconds = record.until ? std::optional(*record.until - now) : std::nullopt;
    text += (text.empty() ? "" : "\n") + std::to_string(record.id) + ": group " +
            short_key(record.chat_id) + ", " + validity(record.once, seconds) + ", used " +
            std::to_string(record.uses) + (record.uses == 1 ? " time" : " times") + ", made " +
            format_seconds(std::max<int64_t>(now - record.made.at, 0)) + " ago by " +
            (record.made.by ? trusted_digits(*record.made.by) : "the gateway's machine");
  }
  return {.text = text.empty() ? "there is no invitation; to make one: invite" : text};
}

Answer revoke(const Commands::Context& context, const Words& words, const Asker& asker) {
  const auto id = parse_number<int64_t>(words[0]);
  for (const auto& record : context.invitations.list(context.now())) {
    if (record.id != id || !concerns(record, asker)) continue;
    context.invitations.revoke(record.id);
    return {.text = "invitation " + std::to_string(record.id) +
                    " lets in nobody any more; who came with it stays in the group"};
  }
  return refuse("there is no invitation " + printable(words[0]) + "; for a list: invites");
}

}  // namespace

std::vector<Command> invitation_commands(const Commands::Context& context) {
  const auto bind = [&context](auto function) {
    return [&context, function](const Words& words, const Asker& asker) {
      return function(context, words, asker);
    };
  };
  return {
      {"invite", "[GROUP] [once] [TIME] [with-password]", Level::kAdmin, 0, 4, Command::kLive,
       "makes a link with which friends find the group, also a private one; once: for one person",
       "invite once 7d", bind(invite)},
      {"invites", "", Level::kAdmin, 0, 0, Command::kUnrecorded,
       "lists the links that let somebody in", "invites", bind(list)},
      {"revoke-invite", "NUMBER", Level::kAdmin, 1, 1, Command::kPlain, "ends what a link allows",
       "revoke-invite 3", bind(revoke)},
  };
}

}  // namespace ngcshare
