// Commands about people: who somebody is, who administers, who is banned.
#include "bot/commands.h"
#include "bot/quantities.h"
#include "bot/words.h"

namespace ngcshare {
namespace {

using storage::AdminRole;
using storage::Person;

Level level_of(const Commands::Context& context, const Person& person) {
  return context.access.level(person, context.people.role(person), context.now());
}

Answer whoami(const Commands::Context& context, const Words& /*words*/, const Asker& asker) {
  if (!asker.chat_id || !asker.key) return {.text = "you are the owner, at the gateway's machine"};
  const Person person{*asker.chat_id, *asker.key};
  return {.text = "you are " + context.people.name(person) + ", " +
                  std::string(to_string(asker.level)) + "; your key here is " + to_hex(*asker.key)};
}

// -- the first owner --------------------------------------------------------------------

Answer claim(const Commands::Context& context, const Words& words, const Asker& asker) {
  if (!asker.chat_id || !asker.key) {
    return refuse("send it to the bot in a private message in the group: claim TOKEN");
  }
  const auto result = context.access.claim(words[0], {*asker.chat_id, *asker.key}, context.now());
  switch (result.outcome) {
    case ClaimResult::Outcome::kOwner:
      context.services.review();
      return {.text = "you are the owner now; help shows what you can do"};
    case ClaimResult::Outcome::kWrong:
      return refuse("that is not the token; " + std::to_string(result.tries_left) +
                    (result.tries_left == 1 ? " try is left" : " tries are left"));
    case ClaimResult::Outcome::kExpired:
      return refuse(
          "the token has expired; ngcshare claim-token on the gateway's machine makes "
          "another");
    case ClaimResult::Outcome::kUsed:
    case ClaimResult::Outcome::kNone:
      break;
  }
  return refuse(
      "there is no token to be claimed; ngcshare claim-token on the gateway's machine "
      "makes one");
}

Answer claim_token(const Commands::Context& context, const Words& /*words*/,
                   const Asker& /*asker*/) {
  return {.text = context.access.issue_claim_token(context.entropy, context.now())};
}

// -- bans -------------------------------------------------------------------------------

std::string outranked(const Commands::Context& context, const Person& person, Level level) {
  return context.people.name(person) + " is " + std::string(to_string(level)) +
         ": that needs a higher level than theirs";
}

Answer list_bans(const Commands::Context& context, const Asker& asker) {
  std::string text;
  const int64_t now = context.now();
  for (const auto& ban : context.access.bans()) {
    const bool over = ban.until && *ban.until <= now;
    if (over || (asker.chat_id && ban.person.chat_id != *asker.chat_id)) continue;
    text += (text.empty() ? "" : "\n") + context.people.name(ban.person);
    if (ban.until) text += ", for " + format_seconds(*ban.until - now);
    if (!ban.reason.empty()) text += ": " + printable(ban.reason);
  }
  return {.text = text.empty() ? "nobody is banned" : text};
}

Answer ban(const Commands::Context& context, const Words& words, const Asker& asker) {
  if (words.empty()) return list_bans(context, asker);
  const auto found = context.people.find(words[0], asker.chat_id);
  if (const auto* problem = std::get_if<std::string>(&found)) return refuse(*problem);
  const auto& person = std::get<Person>(found);
  if (asker.key && asker.chat_id && person == Person{*asker.chat_id, *asker.key}) {
    return refuse("that is you");
  }
  const Level level = level_of(context, person);
  if (level >= asker.level) return refuse(outranked(context, person, level));
  storage::BanRecord record;
  record.person = person;
  record.banned = {context.now(), asker.key};
  size_t next = 1;
  if (words.size() > 1) {
    if (const auto seconds = parse_seconds(words[1])) {
      record.until = context.now() + *seconds;
      next = 2;
    }
  }
  for (size_t i = next; i < words.size(); ++i) record.reason += (i > next ? " " : "") + words[i];
  if (!context.access.ban(record)) return refuse("an owner cannot be banned");
  context.services.review();
  return {.text = context.people.name(person) + " is banned" +
                  (record.until ? " for " + format_seconds(*record.until - context.now()) : "")};
}

Answer unban(const Commands::Context& context, const Words& words, const Asker& asker) {
  const auto found = context.people.find(words[0], asker.chat_id);
  if (const auto* problem = std::get_if<std::string>(&found)) return refuse(*problem);
  const auto& person = std::get<Person>(found);
  if (!context.access.unban(person)) {
    return refuse(context.people.name(person) + " is not banned; ban alone lists who is");
  }
  context.services.review();
  return {.text = context.people.name(person) + " is banned no longer"};
}

// -- admins -----------------------------------------------------------------------------

Answer list_admins(const Commands::Context& context, const Asker& asker) {
  std::string text;
  for (const auto& record : context.access.roles()) {
    if (asker.chat_id && record.person.chat_id != *asker.chat_id) continue;
    text += (text.empty() ? "" : "\n") + context.people.name(record.person) + ", " +
            (record.role == AdminRole::kOwner ? "owner" : "admin");
  }
  return {.text = text.empty() ? "nobody was made admin or owner here" : text};
}

std::string text_of(RoleChange change) {
  switch (change) {
    case RoleChange::kDone:
      return "";
    case RoleChange::kUnchanged:
      return "that was so before";
    case RoleChange::kLastOwner:
      return "nobody would be owner any more; make somebody else owner first, for example: admin "
             "add @alice owner";
    case RoleChange::kOwnerByFlag:
      return "the gateway's command line made them owner; take --owner away there";
    case RoleChange::kBanned:
      return "they are banned; unban them first";
  }
  return "";
}

constexpr std::string_view kAdminUsage =
    "usage: admin add PERSON [owner], admin remove PERSON or admin list, for example: admin add "
    "@alice";

Answer admin(const Commands::Context& context, const Words& words, const Asker& asker) {
  const std::string& what = words[0];
  if (what == "list" && words.size() == 1) return list_admins(context, asker);
  const bool add =
      what == "add" && (words.size() == 2 || (words.size() == 3 && words[2] == "owner"));
  const bool remove = what == "remove" && words.size() == 2;
  if (!add && !remove) return refuse(std::string(kAdminUsage));
  const auto found = context.people.find(words[1], asker.chat_id);
  if (const auto* problem = std::get_if<std::string>(&found)) return refuse(*problem);
  const auto& person = std::get<Person>(found);
  const bool owner = words.size() == 3;
  const RoleChange change =
      remove ? context.access.revoke(person)
             : context.access.grant(person, owner ? AdminRole::kOwner : AdminRole::kAdmin,
                                    {context.now(), asker.key});
  if (change != RoleChange::kDone) return refuse(text_of(change));
  return {.text = context.people.name(person) + (remove  ? " has no role of this gateway's any more"
                                                 : owner ? " is owner now"
                                                         : " is admin now")};
}

}  // namespace

std::vector<Command> people_commands(const Commands::Context& context) {
  const auto bind = [&context](auto function) {
    return [&context, function](const Words& words, const Asker& asker) {
      return function(context, words, asker);
    };
  };
  return {
      {"whoami", "", Level::kMember, 0, 0, Command::kUnrecorded,
       "shows your level and your key here", "whoami", bind(whoami)},
      {"claim", "TOKEN", Level::kMember, 1, 1, Command::kPrivately,
       "makes you the owner, with the token that the gateway has shown at its start",
       "claim 7Q2M-…", bind(claim)},
      {"claim-token", "", Level::kOwner, 0, 0, Command::kControlOnly, "makes a new token for claim",
       "claim-token", bind(claim_token)},
      {"ban", "[PERSON [TIME] [REASON]]", Level::kAdmin, 0, Commands::kMaxWords, Command::kPlain,
       "keeps somebody from everything here; alone: lists who is banned",
       "ban @mallory 7d floods the chat", bind(ban)},
      {"unban", "PERSON", Level::kAdmin, 1, 1, Command::kPlain, "ends a ban", "unban @mallory",
       bind(unban)},
      {"admin", "add PERSON [owner]|remove PERSON|list", Level::kOwner, 1, 3, Command::kPlain,
       "makes somebody admin or owner, takes that back, or lists them", "admin add @alice",
       bind(admin)},
  };
}

}  // namespace ngcshare
