#include "bot/commands.h"

#include <algorithm>

#include "bot/words.h"

namespace ngcshare {
namespace {

const char* level_name(Level level) {
  switch (level) {
    case Level::kBanned:
      return "banned";
    case Level::kMember:
      return "member";
    case Level::kAdmin:
      return "admin (the group's founder and moderators)";
    case Level::kOwner:
      return "owner";
  }
  return "member";
}

// How many letters must be changed, added or removed to make one word of the other.
size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  for (size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= from.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      const size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[to.size()];
}

Answer refuse(std::string text) { return {std::move(text), "", false}; }

}  // namespace

std::optional<std::string_view> strip_prefix(std::string_view line) {
  for (const std::string_view prefix : {"/", "!", "ngcshare:"}) {
    if (!line.starts_with(prefix)) continue;
    line.remove_prefix(prefix.size());
    const size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return std::nullopt;
    return line.substr(start);
  }
  return std::nullopt;
}

Commands::Commands(Gateway& gateway, PathWatch& paths) : gateway_(gateway), paths_(paths) {
  const auto bind = [this](auto method) {
    return [this, method](const Words& words, const Asker& asker) {
      return (this->*method)(words, asker);
    };
  };
  table_ = {
      {"share", "NAME PORT[-LAST][/tcp|/udp|/both]... [@HOST]", Level::kAdmin, 2, 66,
       "offers a service to the group, for example: share minecraft 25565", bind(&Commands::share)},
      {"unshare", "NAME", Level::kAdmin, 1, 1, "takes a service back", bind(&Commands::unshare)},
      {"services", "", Level::kMember, 0, 0, "lists what is shared", bind(&Commands::services)},
      {"status", "", Level::kMember, 0, 0, "shows how well you are connected to the gateway",
       bind(&Commands::status)},
      {"help", "[COMMAND]", Level::kMember, 0, 1, "shows what you can do", bind(&Commands::help)},
  };
}

const Commands::Command* Commands::find(std::string_view name) const {
  const auto found = std::find_if(table_.begin(), table_.end(),
                                  [&](const Command& command) { return command.name == name; });
  return found == table_.end() ? nullptr : &*found;
}

std::string Commands::nearest(std::string_view name, Level level) const {
  const Command* best = nullptr;
  size_t best_distance = 3;  // further off is no typing error
  for (const Command& command : table_) {
    const size_t distance = edit_distance(name.substr(0, 32), command.name);
    if (command.level > level || distance >= best_distance) continue;
    best = &command;
    best_distance = distance;
  }
  return best == nullptr ? "try help" : "did you mean " + std::string(best->name) + "?";
}

Answer Commands::run(std::string_view line, const Asker& asker) const {
  const auto words = split_words(line);
  if (!words) return refuse("a quote is not closed");
  if (words->empty()) return refuse("try help");
  const Command* const command = find(words->front());
  if (command == nullptr) {
    return refuse("there is no such command; " + nearest(words->front(), asker.level));
  }
  if (command->level > asker.level) {
    return refuse(std::string(command->name) + " needs the level " + level_name(command->level) +
                  "; yours is " + level_name(asker.level));
  }
  const Words arguments(words->begin() + 1, words->end());
  if (arguments.size() < command->min_words || arguments.size() > command->max_words) {
    return refuse("usage: " + std::string(command->name) + " " + std::string(command->arguments));
  }
  return command->handler(arguments, asker);
}

Answer Commands::share(const Words& words, const Asker& asker) const {
  const auto parsed = parse_share(words[0], std::span(words).subspan(1), {});
  if (const auto* error = std::get_if<ShareError>(&parsed)) return refuse(error->text);
  const auto& spec = std::get<ShareSpec>(parsed);
  if (const auto problem = gateway_.share(spec, asker.chat_id, asker.key)) {
    return refuse(*problem);
  }
  const std::string what = spec.name + " (" + describe(spec.ports) + ")";
  return {"shared " + what, "now shared: " + what, true};
}

Answer Commands::unshare(const Words& words, const Asker& asker) const {
  const auto shown = gateway_.list(asker.chat_id);
  const bool here = std::any_of(shown.begin(), shown.end(),
                                [&](const auto& entry) { return entry.record.name == words[0]; });
  if (!here || !gateway_.unshare(words[0])) {
    return refuse("nothing of that name is shared here; see services");
  }
  return {"took back " + words[0], "no longer shared: " + words[0], true};
}

Answer Commands::services(const Words& /*words*/, const Asker& asker) const {
  const auto shown = gateway_.list(asker.chat_id);
  if (shown.empty()) return {"nothing is shared here", "", true};
  std::string text = "shared here:";
  for (const auto& entry : shown) {
    const auto& record = entry.record;
    const size_t connections = entry.connections;
    text += "\n" + record.name + " (" + describe(record.ports) + "), " +
            std::to_string(connections) + (connections == 1 ? " connection" : " connections");
  }
  if (asker.chat_id) {
    text += "\nto use one: ngcshare connect " + to_hex(*asker.chat_id) + " NAME";
  }
  return {text, "", true};
}

// Everybody sees the own path; those who administer the group see all.
Answer Commands::status(const Words& /*words*/, const Asker& asker) const {
  std::string text;
  for (const PathStatus& status : paths_.list(asker.chat_id)) {
    const bool own = asker.key == status.peer;
    if (!own && asker.level < Level::kAdmin) continue;
    if (!text.empty()) text += '\n';
    text += (own ? "you" : short_key(status.peer)) + ": " + describe(status) + ", " +
            std::to_string(status.connections) +
            (status.connections == 1 ? " connection" : " connections");
  }
  if (text.empty()) {
    return {asker.level < Level::kAdmin ? "no ngcshare of yours is connected to this gateway"
                                        : "nobody is connected with ngcshare",
            "", true};
  }
  return {text, "", true};
}

Answer Commands::help(const Words& words, const Asker& asker) const {
  std::string text;
  for (const Command& command : table_) {
    if (command.level > asker.level) continue;
    if (!words.empty() && command.name != words[0]) continue;
    if (!text.empty()) text += '\n';
    text += std::string(command.name) + (command.arguments.empty() ? "" : " ") +
            std::string(command.arguments) + " – " + std::string(command.help);
  }
  if (text.empty()) return refuse("there is no such command that you may use; try help");
  return {text, "", true};
}

}  // namespace ngcshare
