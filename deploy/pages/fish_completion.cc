#include "deploy/pages/completion.h"

namespace ngcshare::pages {
namespace {

std::string in_quotes(std::string_view text) {
  const std::string safe = replaced(replaced(std::string(text), "\\", "\\\\"), "'", "\\'");
  return "'" + safe + "'";
}

std::string value_options(const FlagValue& value) {
  switch (value.kind) {
    case FlagValue::Kind::kNone:
      return "";
    case FlagValue::Kind::kFile:
      return " -r -F";
    case FlagValue::Kind::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case FlagValue::Kind::kChoice:
      return " -x -a " + in_quotes(join(value.choices));
    case FlagValue::Kind::kAnything:
      break;
  }
  return " -x";
}

std::string lines_of(const Subcommand& subcommand) {
  const std::string name(subcommand.name);
  std::string text = "complete -c ngcshare -n __fish_use_subcommand -a " + name + " -d " +
                     in_quotes(subcommand.summary) + "\n";
  const std::string here = "complete -c ngcshare -n '__ngcshare_is " + name + "'";
  for (const Flag& flag : flags_of(subcommand)) {
    text += here + " -l " + std::string(flag.name) + value_options(value_of(flag)) + " -d " +
            in_quotes(flag.help) + "\n";
  }
  if (subcommand.positional == "FILE") text += here + " -F\n";
  return text;
}

}  // namespace

std::string fish_completion(const std::vector<CommandEntry>& commands) {
  std::string text =
      "# fish completion for ngcshare, generated from its tables of flags and commands\n"
      "function __ngcshare_is\n"
      "    set -l words (commandline -opc)\n"
      "    test (count $words) -gt 1; and test $words[2] = $argv[1]\n"
      "end\n\n"
      "complete -c ngcshare -f\n";
  for (const Subcommand& subcommand : subcommands()) text += lines_of(subcommand);
  for (const auto& command : commands) {
    text += "complete -c ngcshare -n '__ngcshare_is ctl' -a " + command.name + " -d " +
            in_quotes(command.help) + "\n";
  }
  return text;
}

}  // namespace ngcshare::pages
