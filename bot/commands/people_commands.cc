// Commands about people: identity, roles and bans.
#include <set>

#include "bot/base/printable.h"
#include "bot/base/units.h"
#include "bot/commands/commands.h"
#include "bot/commands/helpers.h"

namespace ngcshare {
namespace {

using storage::AdminRole;
using storage::Person;
using Purpose = PersonFinder::Purpose;

Level level_of(const Commands::Context& context, const Person& person) {
  return context.access.level(person, context.people.role(person), context.now());
}

Answer whoami(const Commands::Context& context, const Words& /*words*/, const Asker& asker) {
  if (!asker.chat_id || !asker.key) {
    return {.text = "you are the owner, because you are on the gateway's machine"};
  }
  const Person person{*asker.chat_id, *asker.key};
  return {.text = "you are " + context.people.name(person) + ", " +
                  std::string(to_string(asker.level)) +
                  (asker.level == Level::kGroupAdmin
                       ? ", by your role, of the services shared in this group alone"
                       : "") +
                  "; your key here is " + to_hex(*asker.key)};
}

// -- the first owner --------------------------------------------------------------------

Answer claim(const Commands::Context& context, const Words& words, const Asker& asker) {
  if (!asker.chat_id || !asker.key) {
    return refuse(
        "you are the owner here; to be owner from a Tox client too, send the gateway this private "
        "message in the group: claim TOKEN");
  }
  const auto result = context.access.claim(words[0], {*asker.chat_id, *asker.key}, context.now());
  switch (result.outcome) {
    case ClaimResult::Outcome::kOwner:
      context.services.review();
      return {.text = "you are an owner now; help shows what you can do"};
    case ClaimResult::Outcome::kWrong:
      return refuse("that is not the token; " + std::to_string(result.tries_left) +
                    (result.tries_left == 1 ? " try is left" : " tries are left"));
    case ClaimResult::Outcome::kExpired:
      return refuse(
          "the token has expired; to make a new one, run on the gateway's machine: ngcshare "
          "claim-token");
    case ClaimResult::Outcome::kUsed:
    case ClaimResult::Outcome::kNone:
      break;
  }
  return refuse(
      "there is no token to claim; to make one, run on the gateway's machine: ngcshare "
      "claim-token");
}

Answer claim_token(const Commands::Context& context, const Words& /*words*/,
                   const Asker& /*asker*/) {
  return {.text = context.access.issue_claim_token(context.entropy, context.now())};
}

// -- bans -------------------------------------------------------------------------------

std::string outranked(const Commands::Context& context, const Person& person, Level level,
                      const Asker& asker) {
  const std::string who = context.people.name(person) + " is " + std::string(to_string(level));
  if (asker.level < Level::kOwner) return who + "; you can ban only people of a lower level";
  return who + " and owners cannot be banned; remove that role first, for example: admin remove " +
         trusted_digits(person.key);
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

// The time of a ban, which is one word (10m) or two (10 minutes).
struct BanTime {
  std::optional<int64_t> seconds = {};
  size_t words = 0;
  bool is_unclear = false;  // it begins with a number and is no time
};

BanTime time_of_ban(const Words& words) {
  if (words.size() < 2) return {};
  if (const auto one = parse_seconds(words[1])) return {one, 1};
  if (words.size() > 2) {
    if (const auto two = parse_seconds(words[1] + words[2])) return {two, 2};
  }
  return {.is_unclear = words[1].find_first_of("0123456789") == 0};
}

Answer ban_person(const Commands::Context& context, const Person& person, const Words& words,
                  const Asker& asker) {
  if (asker.key && asker.chat_id && person == Person{*asker.chat_id, *asker.key}) {
    return refuse("you cannot ban yourself");
  }
  const Level level = level_of(context, person);
  if (level >= asker.level) return refuse(outranked(context, person, level, asker));
  storage::BanRecord record;
  record.person = person;
  record.banned = {context.now(), asker.key};
  const BanTime time = time_of_ban(words);
  if (time.is_unclear) {
    return refuse("\"" + printable(words[1]) + "\" is no time; for example: ban " + words[0] +
                  " 10m; a reason that begins with a number stands behind a time");
  }
  if (time.seconds) record.until = context.now() + *time.seconds;
  record.reason = join_text(words, 1 + time.words);
  if (!context.access.ban(record)) return refuse("an owner cannot be banned");
  context.services.review();
  return {.text = context.people.name(person) + " is banned" +
                  (time.seconds ? " for " + format_seconds(*time.seconds) : " until unbanned") +
                  (record.reason.empty() ? "" : ", reason: " + printable(record.reason))};
}

Answer ban(const Commands::Context& context, const Words& words, const Asker& asker) {
  if (words.empty()) return list_bans(context, asker);
  return with_person(context, words[0], asker, [&](const Person& person) {
    return ban_person(context, person, words, asker);
  });
}

Answer unban(const Commands::Context& context, const Words& words, const Asker& asker) {
  const auto end_ban = [&](const Person& person) -> Answer {
    if (!context.access.unban(person)) {
      return refuse(context.people.name(person) + " is not banned; for a list: ban");
    }
    context.services.review();
    return {.text = context.people.name(person) + " is no longer banned"};
  };
  return with_person(context, words[0], asker, end_ban, Purpose::kGive);
}

// -- admins -----------------------------------------------------------------------------

Answer list_admins(const Commands::Context& context, const Asker& asker) {
  std::string text;
  const auto add = [&](const Person& person, const char* what) {
    text += (text.empty() ? "" : "\n") + context.people.name(person) + ", " + what;
  };
  std::set<Person> made;
  for (const auto& record : context.access.roles()) {
    if (asker.chat_id && record.person.chat_id != *asker.chat_id) continue;
    made.insert(record.person);
    add(record.person, record.role == AdminRole::kOwner ? "owner" : "admin");
  }
  // Owners by --owner and admins by group role are not stored, so they can be listed only while
  // they are present.
  for (const auto& one : context.people.present(asker.chat_id)) {
    const Level level = context.access.level(one.person, one.role, context.now());
    if (level < Level::kGroupAdmin || made.contains(one.person)) continue;
    add(one.person, level == Level::kOwner ? "owner by --owner" : "group admin by role");
  }
  return {.text = text.empty() ? "there is no admin or owner here" : text};
}

std::string text_of(RoleChange change) {
  switch (change) {
    case RoleChange::kDone:
      return "";
    case RoleChange::kUnchanged:
      return "no change";
    case RoleChange::kLastOwner:
      return "this is the last owner; make somebody else owner first, for example: admin add "
             "@alice owner";
    case RoleChange::kOwnerByFlag:
      return "this person is owner by --owner; start the gateway without that flag to change it";
    case RoleChange::kBanned:
      return "this person is banned; unban them first";
  }
  return "";
}

constexpr std::string_view kAdminUsage =
    "usage: admin add PERSON [owner], admin remove PERSON or admin list, for example: admin add "
    "@alice";

Answer change_role(const Commands::Context& context, const Person& person, const Asker& asker,
                   const std::optional<AdminRole>& role) {
  const RoleChange change = role ? context.access.grant(person, *role, {context.now(), asker.key})
                                 : context.access.revoke(person);
  if (change != RoleChange::kDone) return refuse(text_of(change));
  return {.text = context.people.name(person) + (!role ? " no longer has a role from this gateway"
                                                 : role == AdminRole::kOwner ? " is now owner"
                                                                             : " is now admin")};
}

Answer admin(const Commands::Context& context, const Words& words, const Asker& asker) {
  const std::string& what = words[0];
  if (what == "list" && words.size() == 1) return list_admins(context, asker);
  const bool owner = words.size() == 3 && words[2] == "owner";
  const bool add = what == "add" && (words.size() == 2 || owner);
  const bool remove = what == "remove" && words.size() == 2;
  if (!add && !remove) return refuse(std::string(kAdminUsage));
  std::optional<AdminRole> role;
  if (add) role = owner ? AdminRole::kOwner : AdminRole::kAdmin;
  const auto change = [&](const Person& person) {
    return change_role(context, person, asker, role);
  };
  return with_person(context, words[1], asker, change, add ? Purpose::kGive : Purpose::kAny);
}

}  // namespace

std::vector<Command> people_commands(const Commands::Context& context) {
  const auto bind = [&context](auto function) {
    return [&context, function](const Words& words, const Asker& asker) {
      return function(context, words, asker);
    };
  };
  const auto unbanned = [&context](const Words& words, const Asker& asker) {
    return who_is_meant(context, words[0], asker, [&](const Person& person) {
      return context.access.ban_of(person, context.now()).has_value();
    });
  };
  const auto made_admin = [&context](const Words& words, const Asker& asker) {
    return words.size() > 1 && words[0] == "add" ? who_is_meant(context, words[1], asker)
                                                 : std::nullopt;
  };
  return {
      {"whoami", "", Level::kMember, 0, 0, Command::kUnrecorded,
       "shows your level and your key here", "whoami", bind(whoami)},
      {"claim", "TOKEN", Level::kBanned, 1, 1, Command::kPrivately,
       "makes you an owner, with the token that the gateway showed at its start", "claim 5F0C…",
       bind(claim)},
      {"claim-token", "", Level::kOwner, 0, 0, Command::kControlOnly,
       "shows a new one-time token for claim", "claim-token", bind(claim_token)},
      {"ban",
       "[PERSON [TIME] [REASON]]",
       Level::kAdmin,
       0,
       Commands::kMaxWords,
       Command::kPlain,
       "bans a person from everything here, until unban or for a TIME such as 10m, 2h or 7d; "
       "without arguments lists who is banned",
       "ban @mallory 7d floods the chat",
       bind(ban),
       {},
       2},
      with_doubt({"unban", "PERSON", Level::kAdmin, 1, 1, Command::kPlain, "ends a ban",
                  "unban @mallory", bind(unban)},
                 unbanned),
      with_doubt(
          {"admin", "add PERSON [owner]|remove PERSON|list", Level::kOwner, 1, 3, Command::kPlain,
           "makes a person admin or owner, takes the role away, or lists all", "admin add @alice",
           bind(admin)},
          made_admin),
  };
}

}  // namespace ngcshare
