// Commands about the running gateway: its paths, groups and log.
#include "bot/base/numbers.h"
#include "bot/base/printable.h"
#include "bot/base/units.h"
#include "bot/base/words.h"
#include "bot/commands/commands.h"
#include "bot/commands/helpers.h"

namespace ngcshare {
namespace {

constexpr size_t kLogEntries = 10;
constexpr size_t kMostLogEntries = 50;

// Shows a member's own path; admins see all.
Answer status(const Commands::Context& context, const Words& /*words*/, const Asker& asker) {
  std::string text;
  for (const RunningGateway::Path& path : context.program->paths(asker.chat_id)) {
    const bool own = asker.key == path.person.key;
    if (!own && asker.level < Level::kAdmin) continue;
    if (!text.empty()) text += '\n';
    text += (own ? "you" : context.people.name(path.person)) + ": " + path.text + ", " +
            std::to_string(path.connections) +
            (path.connections == 1 ? " connection" : " connections");
  }
  if (!text.empty()) return {.text = text};
  return {.text = asker.level < Level::kAdmin ? "you are not connected to this gateway by ngcshare"
                                              : "nobody is connected by ngcshare"};
}

Answer show_log(const Commands::Context& context, const Words& words, const Asker& asker) {
  size_t count = kLogEntries;
  if (!words.empty()) {
    const auto number = parse_number<size_t>(words[0]);
    if (!number || *number == 0 || *number > kMostLogEntries) {
      return refuse("\"" + printable(words[0]) + "\" is not a number from 1 to " +
                    std::to_string(kMostLogEntries) + ", for example: log 20");
    }
    count = *number;
  }
  std::string text;
  const int64_t now = context.now();
  for (const auto& entry : context.audit.newest(storage::AuditStore::kMostRecords)) {
    if (asker.chat_id && entry.chat_id != asker.chat_id) continue;
    const std::string who = entry.nick.empty() ? "" : printable(entry.nick) + " ";
    text += (text.empty() ? "" : "\n") + format_seconds(std::max<int64_t>(now - entry.at, 0)) +
            " ago, " + who +
            (entry.key ? "(" + trusted_digits(*entry.key) + ")" : "the gateway's machine") + ", " +
            entry.door + ": " + printable(entry.command) + " – " + printable(entry.result);
    if (--count == 0) break;
  }
  return {.text = text.empty() ? "no command has been recorded yet" : text};
}

// -- groups -----------------------------------------------------------------------------

constexpr const char* kNoGroupYet = "this gateway is in no group";

std::string title(const RunningGateway::Group& group) {
  return group.name.empty() ? std::string("(name not known yet)") : printable(group.name);
}

Answer list_groups(const Commands::Context& context, const Words& /*words*/,
                   const Asker& /*asker*/) {
  std::string text;
  for (const auto& group : context.program->groups()) {
    text += (text.empty() ? "" : "\n") + title(group) + ", " +
            (!group.problem.empty() ? group.problem
             : group.connected      ? std::to_string(group.peers) + " peers"
                                    : std::string("connecting")) +
            ", " + to_hex(group.chat_id);
  }
  return {.text = text.empty() ? kNoGroupYet : text};
}

Answer join(const Commands::Context& context, const Words& words, const Asker& /*asker*/) {
  const auto chat_id = parse_key(words[0]);
  if (!chat_id) {
    return refuse("\"" + printable(words[0]) +
                  "\" is not a chat id: a chat id has 64 hexadecimal digits");
  }
  const std::string password = words.size() > 1 ? words[1] : "";
  if (const auto problem = context.program->join(*chat_id, password)) return refuse(*problem);
  return {.text = "joining " + short_key(*chat_id) + "; groups shows when it is connected"};
}

Answer show_page(const Commands::Context& context, const Words& words, const Asker& /*asker*/) {
  if (!words.empty() && words[0] != "owner") {
    return refuse("usage: page or page owner, not page " + printable(words[0]));
  }
  const std::string link = context.program->page_link(!words.empty());
  if (!link.empty()) return {.text = link};
  return refuse("the status page is off: start the gateway with --http, for example --http 9464");
}

// Carries out: group-roles.
Answer list_group_roles(const Commands::Context& context) {
  std::string text;
  for (const auto& group : context.program->groups()) {
    text += (text.empty() ? "" : "\n") + title(group) + ", " +
            (context.access.counts_roles_of(group.chat_id) ? "on" : "off") + ", " +
            to_hex(group.chat_id);
  }
  return {.text = text.empty() ? kNoGroupYet : text};
}

Answer set_group_roles(const Commands::Context& context, const Words& words,
                       const Asker& /*asker*/) {
  if (words.empty()) return list_group_roles(context);
  if (words.size() != 2 || (words[1] != "on" && words[1] != "off")) {
    return refuse("usage: group-roles, or group-roles GROUP on|off, for example: group-roles " +
                  quote_word(words[0]) + " on");
  }
  const auto found = find_group(context, words[0]);
  if (const auto* problem = std::get_if<std::string>(&found)) return refuse(*problem);
  const Key& chat_id = std::get<Key>(found);
  const bool on = words[1] == "on";
  if (!context.access.count_roles_of(chat_id, on)) {
    return refuse(
        "the database does not know this group; leave it and join it again, for example: " +
        ("leave " + to_hex(chat_id)));
  }
  return {.text = on ? "the founder and the moderators of " + printable(words[0]) +
                           " are admins of the services shared in that group alone"
                     : "the founder and the moderators of " + printable(words[0]) +
                           " have no rights here by their roles"};
}

// Returns the group's chat id and the numbers of the services that would go with it.
Command::Subject what_is_left(const Commands::Context& context, const Words& words) {
  const auto found = find_group(context, words[0]);
  if (const auto* problem = std::get_if<std::string>(&found)) return refuse(*problem);
  const Key& chat_id = std::get<Key>(found);
  std::string text = to_hex(chat_id);
  for (const auto& shown : context.services.list(chat_id)) {
    if (shown.record.chat_id) text += " " + std::to_string(shown.record.id);
  }
  return text;
}

Answer leave(const Commands::Context& context, const Words& words, const Asker& /*asker*/) {
  const auto found = find_group(context, words[0]);
  if (const auto* problem = std::get_if<std::string>(&found)) return refuse(*problem);
  if (const auto problem = context.program->leave(std::get<Key>(found))) return refuse(*problem);
  return {.text = "left " + printable(words[0])};
}

}  // namespace

std::variant<Key, std::string> find_group(const Commands::Context& context,
                                          const std::string& typed) {
  std::vector<RunningGateway::Group> fitting;
  for (const auto& group : context.program->groups()) {
    const bool by_name = !typed.empty() && group.name == typed;
    const bool by_digits =
        typed.size() >= PersonFinder::kLeastPrefix && has_prefix(group.chat_id, typed);
    if (by_name || by_digits) fitting.push_back(group);
  }
  if (fitting.size() == 1) return fitting.front().chat_id;
  if (fitting.empty()) {
    return "this gateway is in no group " + printable(typed) + "; for a list: groups";
  }
  std::string problem = printable(typed) + " could be any of these; use the first digits:";
  for (const auto& group : fitting) problem += "\n" + to_hex(group.chat_id);
  return problem;
}

std::vector<Command> program_commands(const Commands::Context& context) {
  const auto bind = [&context](auto function) {
    return [&context, function](const Words& words, const Asker& asker) {
      return function(context, words, asker);
    };
  };
  return {
      {"status", "", Level::kMember, 0, 0, Command::kLive | Command::kUnrecorded,
       "shows your connection to the gateway", "status", bind(status)},
      {"log", "[N]", Level::kAdmin, 0, 1, Command::kUnrecorded,
       "shows the latest commands, newest first", "log 20", bind(show_log)},
      {"groups", "", Level::kOwner, 0, 0, Command::kLive | Command::kUnrecorded,
       "lists the groups that the gateway is in", "groups", bind(list_groups)},
      {"join",
       "CHAT-ID [PASSWORD]",
       Level::kOwner,
       1,
       2,
       Command::kLive | Command::kPrivately,
       "joins another group",
       "join 0123…CDEF",
       bind(join),
       {},
       1},
      {"leave", "GROUP", Level::kOwner, 1, 1, Command::kLive | Command::kAsksFirst,
       "leaves a group and removes the services shared only there", "leave \"our friends\"",
       bind(leave),
       [&context](const Words& words, const Asker& /*asker*/) {
         return what_is_left(context, words);
       }},
      {"group-roles", "[GROUP on|off]", Level::kOwner, 0, 2, Command::kLive,
       "shows or sets in which groups the founder and moderators are group admins",
       "group-roles \"our friends\" on", bind(set_group_roles)},
      {"page", "[owner]", Level::kOwner, 0, 1,
       Command::kLive | Command::kControlOnly | Command::kPrivately | Command::kUnrecorded,
       "shows the address of the status page, with a token to view it or, with owner, to act there "
       "as the owner",
       "page", bind(show_page)},
      {"shutdown", "", Level::kOwner, 0, 0, Command::kLive | Command::kAsksFirst,
       "stops the gateway for all groups", "shutdown",
       [&context](const Words&, const Asker&) {
         context.program->shut_down();
         return Answer{.text = "the gateway is stopping"};
       }},
  };
}

}  // namespace ngcshare
