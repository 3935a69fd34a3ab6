#include "bot/control_door.h"

#include "bot/log.h"
#include "bot/words.h"
#include "storage/error.h"

namespace ngcshare {
namespace {

Asker owner_at(Door door) { return {Level::kOwner, std::nullopt, std::nullopt, door}; }

// Returns the words of an unfinished line; after a space the last one is empty.
std::vector<std::string> words_so_far(const std::string& line) {
  constexpr char kCursor = 'x';  // makes the last word non-empty, so that split_words() keeps it
  for (const char* const closing : {"", "\"", "'"}) {
    auto words = split_words(line + kCursor + closing);
    if (!words) continue;
    words->back().pop_back();
    return *words;
  }
  return {""};
}

}  // namespace

ControlDoor::ControlDoor(Ways ways) : ways_(std::move(ways)) {}

ControlAnswer ControlDoor::on_request(const ControlRequest& request) const {
  if (const auto* command = std::get_if<CommandLine>(&request))
    return run(command->line, Door::kControl);
  if (const auto* command = std::get_if<CommandWords>(&request)) {
    return run(join_words(command->words), Door::kControl);
  }
  if (const auto* question = std::get_if<HealthQuestion>(&request)) return ways_.health(*question);
  if (std::holds_alternative<StatusQuestion>(request)) return ways_.status();
  return complete(std::get<CompletionOf>(request).line);
}

ControlAnswer ControlDoor::run(std::string_view line, Door door) const {
  try {
    const Answer answer = ways_.run(line, owner_at(door));
    log_info("command", "command from the {door}: {result}",
             Field{"door", door == Door::kPage ? "status page" : "control socket"},
             Field{"result", answer.ok ? "done" : "refused"});
    if (!answer.announcement.empty()) ways_.announce(answer.announcement, answer.announce_in);
    return {answer.ok, answer.text};
  } catch (const storage::StorageError& error) {
    log_error("command.failed", "a command failed: {error}", Field{"error", error.what()});
    return {false, std::string("the change could not be stored: ") + error.what()};
  }
}

// Completes the first word and the word after help to commands, other words to services.
ControlAnswer ControlDoor::complete(const std::string& line) const {
  const auto words = words_so_far(line);
  const bool wants_command = words.size() == 1 || words.front() == "help";
  ControlAnswer answer{true, ""};
  for (auto& name :
       wants_command ? ways_.command_names(owner_at(Door::kControl)) : ways_.service_names()) {
    if (name.starts_with(words.back())) answer.words.push_back(std::move(name));
  }
  return answer;
}

}  // namespace ngcshare
