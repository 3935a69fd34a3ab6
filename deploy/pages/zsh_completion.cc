#include "deploy/pages/completion.h"

namespace ngcshare::pages {
namespace {

// Escapes text for single quotes in _arguments, where brackets and colons have a special meaning.
std::string escaped(std::string_view text) {
  std::string safe(text);
  for (const std::string_view special : {"\\", "[", "]", ":"}) {
    safe = replaced(safe, special, "\\" + std::string(special));
  }
  return replaced(safe, "'", "'\\''");
}

std::string action_of(const FlagValue& value) {
  switch (value.kind) {
    case FlagValue::Kind::kFile:
      return "_files";
    case FlagValue::Kind::kFolder:
      return "_files -/";
    case FlagValue::Kind::kChoice:
      return "(" + join(value.choices) + ")";
    case FlagValue::Kind::kNone:
    case FlagValue::Kind::kAnything:
      break;
  }
  return " ";
}

std::string argument_of(const Flag& flag) {
  std::string text = flag.repeatable ? "*--" : "--";
  text += std::string(flag.name) + "[" + escaped(flag.help) + "]";
  if (!flag.value.empty()) text += ":" + escaped(flag.value) + ":" + action_of(value_of(flag));
  return "        '" + text + "' \\\n";
}

std::string subcommand_arm(const Subcommand& subcommand) {
  std::string arm = "    " + std::string(subcommand.name) + ")\n      _arguments \\\n";
  for (const Flag& flag : flags_of(subcommand)) arm += argument_of(flag);
  if (subcommand.positional == "FILE") {
    arm += "        '1:FILE:_files'\n";
  } else if (subcommand.name == "ctl") {
    arm += "        '1:command:_ngcshare_commands' '*:word: '\n";
  } else {
    arm += "        '*:" + escaped(subcommand.positional) + ": '\n";
  }
  return arm + "      ;;\n";
}

std::string described(std::string_view name, std::string_view what) {
  return "    '" + escaped(name) + ":" + replaced(std::string(what), "'", "'\\''") + "'\n";
}

}  // namespace

std::string zsh_completion(const std::vector<CommandEntry>& commands) {
  std::string text =
      "#compdef ngcshare\n# Generated from ngcshare's tables of flags and commands.\n\n"
      "_ngcshare_commands() {\n  local -a commands=(\n";
  for (const auto& command : commands) text += described(command.name, command.help);
  text +=
      "  )\n  _describe command commands\n}\n\n"
      "_ngcshare() {\n  local -a subcommands=(\n";
  for (const Subcommand& subcommand : subcommands()) {
    text += described(subcommand.name, subcommand.summary);
  }
  text +=
      "  )\n"
      "  if ((CURRENT == 2)); then\n    _describe command subcommands\n    return\n  fi\n"
      "  local subcommand=${words[2]}\n"
      "  shift words\n  ((CURRENT--))\n"
      "  case $subcommand in\n";
  for (const Subcommand& subcommand : subcommands()) text += subcommand_arm(subcommand);
  return text + "  esac\n}\n\n_ngcshare \"$@\"\n";
}

}  // namespace ngcshare::pages
