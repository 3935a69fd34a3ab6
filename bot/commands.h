// The command language of the bot: one table of commands, fed by every door (group chat, private
// message, control socket). The table is also what help and the README show.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/access.h"
#include "bot/group_role.h"
#include "bot/level.h"
#include "bot/people.h"
#include "bot/program.h"
#include "bot/services.h"
#include "storage/audit_store.h"

namespace ngcshare {

enum class Door { kGroup, kPrivate, kControl, kPage };

// Who asks, and from where.
struct Asker {
  Level level = Level::kMember;
  std::optional<Key> chat_id;  // the group; nullopt: the control socket, all groups
  std::optional<Key> key;      // in that group
  Door door = Door::kGroup;
  std::string nick = {};
  Role role = Role::kUser;
};

struct Answer {
  std::string text;               // for the asker alone
  std::string announcement = {};  // for groups; empty: nothing to announce
  bool ok = true;
  std::optional<Key> announce_in = {};  // nullopt: all groups
};

Answer refuse(std::string text);

using Words = std::vector<std::string>;

struct Command {
  enum Manner : unsigned {
    kPlain = 0,
    kPrivately = 1,  // not in the group's chat: it holds a secret, which is kept from the audit too
    kControlOnly = 2,  // for whoever has the machine
    kLive = 4,         // needs the running gateway
    kAsksFirst = 8,    // destroys something: only when it is said again
    kUnrecorded = 16,  // changes nothing and is no secret
  };
  std::string_view name;
  std::string_view arguments;
  Level level;
  size_t min_words;  // besides the name
  size_t max_words;
  unsigned manner;
  std::string_view help;
  std::string_view example;
  std::function<Answer(const Words&, const Asker&)> handler;
  // Of one that asks first: what is wrong before there is anything to ask. May be empty.
  std::function<std::optional<Answer>(const Words&, const Asker&)> objection = {};
};

class Commands {
 public:
  // All outlive the commands. Where only the database is at hand, `program` is absent.
  struct Context {
    Services& services;
    Access& access;
    People& people;
    storage::AuditStore& audit;
    Entropy& entropy;
    Program* program = nullptr;
    std::function<int64_t()> now;  // unix seconds
  };
  explicit Commands(const Context& context);
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  // How long the question whether something shall be destroyed stands.
  static constexpr int64_t kConfirmSeconds = 60;
  static constexpr size_t kMaxQuestions = 256;
  static constexpr size_t kMaxWords = 1024;

  // Runs one line without its prefix. Every line gets an answer.
  Answer run(std::string_view line, const Asker& asker);

  // Of those that the asker may use.
  std::vector<std::string> names(const Asker& asker) const;

  const std::vector<Command>& table() const { return table_; }

  // How many lines came by each door and what became of them. Only grow.
  struct Counts {
    uint64_t done = 0;
    uint64_t refused = 0;
  };
  const std::map<Door, Counts>& counts() const { return counts_; }

 private:
  struct Question {
    std::string line;
    int64_t until = 0;
  };
  using Who = std::pair<std::optional<Key>, std::optional<Key>>;

  const Command* find(std::string_view name) const;
  bool may_see(const Command& command, const Asker& asker) const;
  std::string nearest(std::string_view name, const Asker& asker) const;
  std::optional<Answer> objection(const Command& command, const Words& arguments,
                                  const Asker& asker) const;
  Answer banned(const Asker& asker) const;
  bool is_confirmed(std::string_view line, const Asker& asker);
  Answer ask(const Command& command, std::string_view line, const Asker& asker);
  void try_to_record(const Command& command, std::string_view line, const Asker& asker,
                     Answer& answer);
  void record(const Command& command, std::string_view line, const Asker& asker,
              const Answer& answer);
  Answer answer(std::string_view line, const Asker& asker);
  Answer help(const Words& words, const Asker& asker) const;
  Answer yes(const Asker& asker);

  const Context context_;
  std::vector<Command> table_;
  std::map<Who, Question> questions_;
  std::map<Door, Counts> counts_;
};

// As the audit and the metrics name it.
std::string_view to_string(Door door);

// Takes a prefix ('/', '!' or "ngcshare:") off a line. nullopt: the line is not for the bot.
std::optional<std::string_view> strip_prefix(std::string_view line);

// The parts of the table; `context` outlives them.
std::vector<Command> service_commands(const Commands::Context& context);
std::vector<Command> access_commands(const Commands::Context& context);
std::vector<Command> people_commands(const Commands::Context& context);
std::vector<Command> program_commands(const Commands::Context& context);

}  // namespace ngcshare
