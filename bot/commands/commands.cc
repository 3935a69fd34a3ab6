#include "bot/commands/commands.h"

#include <algorithm>

#include "bot/base/ascii.h"
#include "bot/base/log.h"
#include "bot/base/printable.h"
#include "bot/base/spelling.h"
#include "bot/base/units.h"
#include "bot/base/words.h"
#include "bot/commands/helpers.h"
#include "storage/files/error.h"

namespace ngcshare {
namespace {

std::string usage(const Command& command) {
  std::string text = "usage: " + std::string(command.name);
  if (!command.arguments.empty()) text += " " + std::string(command.arguments);
  if (!command.example.empty()) text += ", for example: " + std::string(command.example);
  return text;
}

// Returns a refusal that shows how an owner can give the asker the level.
std::string needs(const Command& command, const Asker& asker) {
  return std::string(command.name) + " needs the level " + std::string(to_string(command.level)) +
         "; yours is " + std::string(to_string(asker.level)) + how_to_rise(asker, command.level);
}

std::string entry(const Command& command) {
  std::string text(command.name);
  if (!command.arguments.empty()) text += " " + std::string(command.arguments);
  return text + " – " + std::string(command.help);
}

// Returns true for doors where no confirmation is needed: the control socket is used deliberately,
// and the page shows its own dialog.
bool asks_itself(Door door) { return door == Door::kControl || door == Door::kPage; }

}  // namespace

Answer refuse(std::string text) { return {.text = std::move(text), .ok = false}; }

std::string_view to_string(Door door) {
  switch (door) {
    case Door::kGroup:
      return "group";
    case Door::kPrivate:
      return "private message";
    case Door::kControl:
      return "control";
    case Door::kPage:
      return "page";
  }
  return "";
}

Commands::Commands(const Context& context) : context_(context) {
  for (auto* const part : {service_commands, access_commands, people_commands, invitation_commands,
                           program_commands}) {
    for (Command& command : part(context_)) table_.push_back(std::move(command));
  }
  table_.push_back({"help", "[COMMAND]", Level::kMember, 0, 1, Command::kUnrecorded,
                    "shows what you can do", "help services",
                    [this](const Words& words, const Asker& asker) { return help(words, asker); }});
  table_.push_back({"yes", "", Level::kMember, 0, 0, Command::kUnrecorded,
                    "confirms the command that you were asked about", "",
                    [this](const Words&, const Asker& asker) { return yes(asker); }});
  table_.push_back({"no", "", Level::kMember, 0, 0, Command::kUnrecorded,
                    "takes back the command that you were asked about", "",
                    [this](const Words&, const Asker& asker) { return no(asker); }});
}

const Command* Commands::find(std::string_view name) const {
  const std::string lower = lowered(name);
  const auto found = std::find_if(table_.begin(), table_.end(),
                                  [&](const Command& command) { return command.name == lower; });
  return found == table_.end() ? nullptr : &*found;
}

bool Commands::may_see(const Command& command, const Asker& asker) const {
  const bool here = (command.manner & Command::kControlOnly) == 0 || asker.door == Door::kControl;
  const bool now = (command.manner & Command::kLive) == 0 || context_.program != nullptr;
  return here && now && command.level <= asker.level;
}

std::string Commands::nearest(std::string_view name, const Asker& asker) const {
  const auto best = nearest_name(name, names(asker));
  return best ? "did you mean " + *best + "?" : "try help";
}

bool Commands::knows(std::string_view line) const {
  const auto words = split_phone_words(line, 1);
  if (words) return !words->empty() && find(words->front()) != nullptr;
  return find(line.substr(0, line.find_first_of(" \t"))) != nullptr;  // a quote is not closed
}

std::vector<std::string> Commands::names(const Asker& asker) const {
  std::vector<std::string> found;
  for (const Command& command : table_) {
    if (may_see(command, asker)) found.emplace_back(command.name);
  }
  return found;
}

// Returns a refusal if the asker may not run the command, or not with these arguments or here.
std::optional<Answer> Commands::objection(const Command& command, const Words& arguments,
                                          const Asker& asker) const {
  if (command.level > asker.level) return refuse(needs(command, asker));
  if ((command.manner & Command::kControlOnly) != 0 && asker.door != Door::kControl) {
    return refuse(std::string(command.name) + " works only on the gateway's own machine: " +
                  "ngcshare ctl " + std::string(command.name));
  }
  if ((command.manner & Command::kPrivately) != 0 && asker.door == Door::kGroup) {
    return refuse(std::string(command.name) +
                  " contains a secret: send it to me in a private message, never to the group");
  }
  if ((command.manner & Command::kLive) != 0 && context_.program == nullptr) {
    return refuse(std::string(command.name) +
                  " needs a running gateway: start it with ngcshare run");
  }
  if (arguments.size() < command.min_words || arguments.size() > command.max_words) {
    return refuse(usage(command));
  }
  if ((command.manner & Command::kOfService) == 0 || arguments.empty()) return std::nullopt;
  return objection_to_service(arguments[0], asker);
}

std::optional<Answer> Commands::objection_to_service(const std::string& name,
                                                     const Asker& asker) const {
  const auto record = find_here(context_.services, name, asker);
  if (!record) return unknown_service(name);
  if (manages(asker, *record)) return std::nullopt;
  return refuse(printable(name) +
                " is shared in all groups, and your role in this one covers only " +
                "what is shared here alone" + how_to_rise(asker, Level::kAdmin));
}

Answer Commands::ask(std::string_view line, const std::string& about, std::string subject,
                     const Asker& asker) {
  const int64_t now = context_.now();
  std::erase_if(questions_, [&](const auto& asked) { return asked.second.until < now; });
  if (questions_.size() >= kMaxQuestions) questions_.erase(questions_.begin());
  questions_[{asker.chat_id, asker.key}] = {std::string(line), std::move(subject),
                                            now + kConfirmSeconds};
  return {.text =
              printable(line) + ": " + about + ". Reply yes within a minute to confirm, or no."};
}

// Returns what comes instead of the command while the asker has to confirm it: a question, or a
// refusal. Returns nullopt if nothing is left to confirm.
std::optional<Answer> Commands::unconfirmed(const Command& command, const Words& arguments,
                                            std::string_view line, const Asker& asker,
                                            const Question* confirmed) {
  std::string about;
  Command::Subject subject;
  if ((command.manner & Command::kAsksFirst) != 0) {
    if (asks_itself(asker.door)) return std::nullopt;
    about = "this " + std::string(command.help) + ", and cannot be undone";
    if (command.subject) subject = command.subject(arguments, asker);
  } else if (const auto doubt = command.doubt ? command.doubt(arguments, asker) : std::nullopt) {
    if (asks_itself(asker.door)) {
      return refuse(*doubt + "; if you mean this key, use its digits instead of the nickname");
    }
    about = *doubt;
    subject = about;
  } else {
    return std::nullopt;
  }
  if (auto* const refusal = std::get_if<Answer>(&subject)) return std::move(*refusal);
  auto& what = std::get<std::string>(subject);
  if (confirmed == nullptr) return ask(line, about, std::move(what), asker);
  if (confirmed->subject == what) return std::nullopt;
  return refuse(printable(line) +
                ": this has changed since you were asked, and nothing was done; "
                "send the command again to be asked again");
}

// Returns the asker's open question, which is then forgotten.
std::optional<Commands::Question> Commands::take_question(const Asker& asker) {
  const auto asked = questions_.extract({asker.chat_id, asker.key});
  if (asked.empty() || asked.mapped().until < context_.now()) return std::nullopt;
  return std::move(asked.mapped());
}

Answer Commands::banned(const Asker& asker) const {
  std::string text = "you are banned from this gateway";
  if (!asker.chat_id || !asker.key) return refuse(text);
  if (const auto ban = context_.access.ban_of({*asker.chat_id, *asker.key}, context_.now())) {
    if (ban->until) text += " for " + format_seconds(*ban->until - context_.now());
    if (!ban->reason.empty()) text += ": " + printable(ban->reason);
  }
  return refuse(text + "; an admin can end that, for example: unban " + trusted_digits(*asker.key));
}

Answer Commands::yes(const Asker& asker) {
  const auto question = take_question(asker);
  if (!question) return refuse("there is nothing to confirm");
  return answer(question->line, asker, &*question);
}

Answer Commands::no(const Asker& asker) {
  const auto question = take_question(asker);
  if (!question) return refuse("there is nothing to take back");
  return {.text = printable(question->line) + ": nothing was done"};
}

Answer Commands::run(std::string_view line, const Asker& asker) {
  Answer given = answer(line, asker, nullptr);
  ++(given.ok ? counts_[asker.door].done : counts_[asker.door].refused);
  return given;
}

// Returns the line's words. What a phone's keyboard writes counts as what was meant, in the chat
// alone: at the other doors a line comes from a program or from a computer's keyboard.
std::optional<Words> Commands::split(std::string_view line, const Asker& asker) const {
  if (asks_itself(asker.door)) return split_words(line);
  const auto words = split_phone_words(line, 1);
  if (!words || words->empty()) return words;
  const Command* const command = find(words->front());
  return split_phone_words(line, command == nullptr ? 1 : 1 + command->own_text);
}

// `confirmed`: the question to which the asker has said yes, or nullptr for a line that was sent.
Answer Commands::answer(std::string_view line, const Asker& asker, const Question* confirmed) {
  const auto words = split(line.substr(0, 4 * kMaxWords), asker);
  const Command* const command = words && !words->empty() ? find(words->front()) : nullptr;
  const bool may_try =
      asker.level > Level::kBanned || (command && command->level == Level::kBanned);
  if (!may_try) return banned(asker);
  if (!words) {
    return refuse("a quote is not closed; for example: share \"our server\" 25565");
  }
  if (words->empty()) return refuse("try help");
  if (command == nullptr) {
    return refuse("there is no such command; " + nearest(words->front(), asker));
  }
  Answer given =
      carry_out(*command, Words(words->begin() + 1, words->end()), line, asker, confirmed);
  if (given.command.empty()) given.command = command->name;  // behind yes: what was asked about
  return given;
}

Answer Commands::carry_out(const Command& command, const Words& words, std::string_view line,
                           const Asker& asker, const Question* confirmed) {
  Words arguments = words;
  const bool asks = (command.manner & Command::kAsksFirst) != 0;
  const bool sure = asks && !arguments.empty() && arguments.back() == "--yes";
  if (sure) arguments.pop_back();
  Answer answer;
  if (auto objected = objection(command, arguments, asker)) {
    answer = std::move(*objected);
  } else if (auto open =
                 sure ? std::nullopt : unconfirmed(command, arguments, line, asker, confirmed)) {
    if (open->ok) return *open;  // a question is not recorded
    answer = std::move(*open);
  } else {
    answer = command.handler(arguments, asker);
  }
  try_to_record(command, line, asker, answer);
  return answer;
}

// Does not turn a success into a failure, because the command itself has been carried out.
void Commands::try_to_record(const Command& command, std::string_view line, const Asker& asker,
                             Answer& answer) {
  try {
    record(command, line, asker, answer);
  } catch (const storage::StorageError& error) {
    log_error("command.not_recorded", "a command could not be recorded: {error}",
              Field{"error", error.what()});
    if (answer.ok) answer.text += " (but it could not be recorded in the log)";
  }
}

void Commands::record(const Command& command, std::string_view line, const Asker& asker,
                      const Answer& answer) {
  if ((command.manner & Command::kUnrecorded) != 0) return;
  const bool secret = (command.manner & Command::kPrivately) != 0;
  // Attempts without the right would only displace the entries that matter.
  const bool without_right = asker.level < command.level || asker.level == Level::kGroupAdmin;
  if (!answer.ok && (secret || without_right)) return;
  context_.audit.append({.at = context_.now(),
                         .chat_id = asker.chat_id,
                         .key = asker.key,
                         .nick = asker.nick,
                         .door = std::string(to_string(asker.door)),
                         .command = secret ? std::string(command.name) + " …" : std::string(line),
                         .result = answer.ok ? "done" : "refused: " + answer.text});
}

Answer Commands::help(const Words& words, const Asker& asker) const {
  if (words.empty()) {
    std::string text;
    for (const Command& command : table_) {
      if (!may_see(command, asker)) continue;
      if (!text.empty()) text += '\n';
      text += entry(command);
    }
    return {.text = text};
  }
  const Command* const command = find(words[0]);
  if (command == nullptr || !may_see(*command, asker)) {
    return refuse("there is no such command, or you may not use it; try help");
  }
  std::string text = entry(*command);
  if (!command->example.empty()) text += "\nfor example: " + std::string(command->example);
  return {.text = text};
}

}  // namespace ngcshare
