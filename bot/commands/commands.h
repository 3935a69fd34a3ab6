// The gateway's command language: one table of commands for all doors (group chat, private message,
// control socket, status page). The help command and the README show the same table.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bot/base/group_role.h"
#include "bot/commands/running_gateway.h"
#include "bot/people/access.h"
#include "bot/people/invitations.h"
#include "bot/people/level.h"
#include "bot/people/person_finder.h"
#include "bot/services/catalog.h"
#include "storage/stores/audit_store.h"

namespace ngcshare {

enum class Door { kGroup, kPrivate, kControl, kPage };

// The person who sends a command, and where it comes from.
struct Asker {
  Level level = Level::kMember;
  std::optional<Key> chat_id;  // the group; nullopt at the control socket, which sees all groups
  std::optional<Key> key;      // the person's key in that group
  Door door = Door::kGroup;
  std::string nick = {};
  Role role = Role::kUser;
};

struct Answer {
  std::string text;               // only for the asker
  std::string announcement = {};  // for groups; empty for none
  bool ok = true;
  std::optional<Key> announce_in = {};  // nullopt for all groups
  std::string_view command = {};        // name of the command that answers; empty: there is none
};

// Returns an answer that is not ok.
Answer refuse(std::string text);

using Words = std::vector<std::string>;

struct Command {
  enum Manner : unsigned {
    kPlain = 0,
    kPrivately = 1,    // refused in the group's chat; its arguments are a secret and not recorded
    kControlOnly = 2,  // works only through the control socket
    kLive = 4,         // needs a running gateway
    kAsksFirst = 8,    // destroys something, so that it needs a confirmation
    kUnrecorded = 16,  // not recorded, because it changes nothing
    kOfService = 32,   // the first word, if there is one, names a service that the asker manages
  };
  std::string_view name;
  std::string_view arguments;
  Level level;
  size_t min_words;  // without the name
  size_t max_words;
  unsigned manner;
  std::string_view help;  // begins with a verb in the third person
  std::string_view example;
  std::function<Answer(const Words&, const Asker&)> handler;
  // May be empty. For kAsksFirst: returns what the question is about, its identity and state, as a
  // text that differs if it has changed when the answer comes; or a refusal if there is nothing to
  // confirm.
  using Subject = std::variant<std::string, Answer>;
  std::function<Subject(const Words&, const Asker&)> subject = {};
  // The arguments from this one on are somebody's own text, and are taken as they are typed.
  size_t own_text = kNoText;
  static constexpr size_t kNoText = 1024;
  // May be empty. Returns what the asker has to confirm before the command is carried out with
  // these words, such as the key behind a nickname, or nullopt for nothing. Not for kAsksFirst.
  using Doubt = std::function<std::optional<std::string>(const Words&, const Asker&)>;
  Doubt doubt = {};
};

class Commands {
 public:
  // All must outlive the commands. `program` is nullptr if no gateway runs and only the database is
  // there.
  struct Context {
    ServiceCatalog& services;
    Access& access;
    PersonFinder& people;
    storage::AuditStore& audit;
    Invitations& invitations;
    Entropy& entropy;
    RunningGateway* program = nullptr;
    std::function<int64_t()> now;  // unix seconds
  };
  explicit Commands(const Context& context);
  Commands(const Commands&) = delete;
  Commands& operator=(const Commands&) = delete;

  // Time in which a command of kAsksFirst may be confirmed.
  static constexpr int64_t kConfirmSeconds = 60;
  static constexpr size_t kMaxQuestions = 256;
  static constexpr size_t kMaxWords = 1024;

  // Runs one line without its prefix. Answers every line.
  Answer run(std::string_view line, const Asker& asker);

  // Returns whether a line of the chat, without its prefix, begins with the name of a command.
  bool knows(std::string_view line) const;

  // Returns the names of the commands that the asker may use.
  std::vector<std::string> names(const Asker& asker) const;

  const std::vector<Command>& table() const { return table_; }

  // Numbers of lines so far, by door and outcome.
  struct Counts {
    uint64_t done = 0;
    uint64_t refused = 0;
  };
  const std::map<Door, Counts>& counts() const { return counts_; }

 private:
  struct Question {
    std::string line;
    std::string subject;
    int64_t until = 0;
  };
  using Who = std::pair<std::optional<Key>, std::optional<Key>>;

  const Command* find(std::string_view name) const;
  bool may_see(const Command& command, const Asker& asker) const;
  std::string nearest(std::string_view name, const Asker& asker) const;
  std::optional<Answer> objection(const Command& command, const Words& arguments,
                                  const Asker& asker) const;
  Answer banned(const Asker& asker) const;
  std::optional<Answer> objection_to_service(const std::string& name, const Asker& asker) const;
  std::optional<Words> split(std::string_view line, const Asker& asker) const;
  Answer ask(std::string_view line, const std::string& about, std::string subject,
             const Asker& asker);
  std::optional<Answer> unconfirmed(const Command& command, const Words& arguments,
                                    std::string_view line, const Asker& asker,
                                    const Question* confirmed);
  std::optional<Question> take_question(const Asker& asker);
  void try_to_record(const Command& command, std::string_view line, const Asker& asker,
                     Answer& answer);
  void record(const Command& command, std::string_view line, const Asker& asker,
              const Answer& answer);
  Answer answer(std::string_view line, const Asker& asker, const Question* confirmed);
  Answer carry_out(const Command& command, const Words& arguments, std::string_view line,
                   const Asker& asker, const Question* confirmed);
  Answer help(const Words& words, const Asker& asker) const;
  Answer yes(const Asker& asker);
  Answer no(const Asker& asker);

  const Context context_;
  std::vector<Command> table_;
  std::map<Who, Question> questions_;
  std::map<Door, Counts> counts_;
};

// Returns the door's name in the audit and the metrics.
std::string_view to_string(Door door);

// Return the parts of the table. `context` must outlive them.
std::vector<Command> service_commands(const Commands::Context& context);
std::vector<Command> access_commands(const Commands::Context& context);
std::vector<Command> people_commands(const Commands::Context& context);
std::vector<Command> program_commands(const Commands::Context& context);
std::vector<Command> invitation_commands(const Commands::Context& context);

}  // namespace ngcshare
