#include "bot/control/door.h"

#include <utility>

#include "bot/base/words.h"

namespace ngcshare {
namespace {

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

ControlDoor::ControlDoor(const OwnerDoor& owner, Ways ways)
    : owner_(owner), ways_(std::move(ways)) {}

ControlAnswer ControlDoor::on_request(const ControlRequest& request) const {
  if (const auto* command = std::get_if<CommandLine>(&request)) return run(command->line);
  if (const auto* command = std::get_if<CommandWords>(&request)) {
    return run(join_words(command->words));
  }
  if (const auto* question = std::get_if<HealthQuestion>(&request)) return ways_.health(*question);
  if (std::holds_alternative<StatusQuestion>(request)) return ways_.status();
  return complete(std::get<CompletionOf>(request).line);
}

ControlAnswer ControlDoor::run(std::string_view line) const {
  const Answer answer = owner_.run(line, Door::kControl);
  return {answer.ok, answer.text};
}

// Completes the first word and the word after help to commands, other words to services.
ControlAnswer ControlDoor::complete(const std::string& line) const {
  const auto words = words_so_far(line);
  const bool wants_command = words.size() == 1 || words.front() == "help";
  ControlAnswer answer{true, ""};
  for (auto& name : wants_command ? owner_.command_names(Door::kControl) : ways_.service_names()) {
    if (name.starts_with(words.back())) answer.words.push_back(std::move(name));
  }
  return answer;
}

}  // namespace ngcshare
