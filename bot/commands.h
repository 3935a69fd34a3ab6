// The command language of the bot: one table of commands, fed by every door (group chat, private
// message, control socket). The table is also what /help shows.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/gateway.h"
#include "bot/path_watch.h"

namespace ngcshare {

// What somebody may do. A higher level may do what a lower one may.
enum class Level { kMember, kAdmin, kOwner };

// Who asks, and from where.
struct Asker {
  Level level = Level::kMember;
  std::optional<Key> chat_id;  // the group; nullopt: the control socket, all groups
  std::optional<Key> key;      // in that group
};

struct Answer {
  std::string text;          // for the asker alone
  std::string announcement;  // for the whole group; empty: nothing to announce
  bool ok = true;
  // Where to announce it when nobody asks from a group; nullopt: in all.
  std::optional<Key> announce_in = std::nullopt;
};

class Commands {
 public:
  // Both outlive the commands.
  Commands(Gateway& gateway, PathWatch& paths);

  // Runs one line without its prefix. Every line gets an answer.
  Answer run(std::string_view line, const Asker& asker) const;

  // The names of those that somebody of the level may use.
  std::vector<std::string> names(Level level) const;

 private:
  using Words = std::vector<std::string>;
  struct Command {
    std::string_view name;
    std::string_view arguments;
    Level level;
    size_t min_words;  // besides the name
    size_t max_words;
    std::string_view help;
    std::function<Answer(const Words&, const Asker&)> handler;
  };
  const Command* find(std::string_view name) const;
  std::string nearest(std::string_view name, Level level) const;

  Answer share(const Words& words, const Asker& asker) const;
  Answer unshare(const Words& words, const Asker& asker) const;
  Answer services(const Words& words, const Asker& asker) const;
  Answer status(const Words& words, const Asker& asker) const;
  Answer help(const Words& words, const Asker& asker) const;

  Gateway& gateway_;
  PathWatch& paths_;
  std::vector<Command> table_;
};

// Takes a prefix ('/', '!' or "ngcshare:") off a line. nullopt: the line is not for the bot.
std::optional<std::string_view> strip_prefix(std::string_view line);

}  // namespace ngcshare
