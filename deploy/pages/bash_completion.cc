#include <map>
#include <set>

#include "deploy/pages/completion.h"

namespace ngcshare::pages {
namespace {

// Returns "  --a|--b) ACTION; return ;;", or an empty string if there are no flags.
std::string arm(const std::set<std::string>& flags, const std::string& action) {
  std::string pattern;
  for (const auto& flag : flags) pattern += (pattern.empty() ? "--" : "|--") + flag;
  return pattern.empty() ? "" : "    " + pattern + ")\n      " + action + "\n      return ;;\n";
}

// Returns the completions of flags' values. A flag has the same kind of value in all subcommands.
std::string value_arms() {
  std::map<FlagValue::Kind, std::set<std::string>> by_kind;
  std::map<std::string, std::set<std::string>> by_choices;
  for (const Subcommand& subcommand : subcommands()) {
    for (const Flag& flag : flags_of(subcommand)) {
      const FlagValue value = value_of(flag);
      if (value.kind == FlagValue::Kind::kChoice) {
        by_choices[join(value.choices)].insert(std::string(flag.name));
      } else {
        by_kind[value.kind].insert(std::string(flag.name));
      }
    }
  }
  std::string arms = arm(by_kind[FlagValue::Kind::kFile], "_ngcshare_offer -f") +
                     arm(by_kind[FlagValue::Kind::kFolder], "_ngcshare_offer -d");
  for (const auto& [choices, flags] : by_choices) {
    arms += arm(flags, "_ngcshare_offer -W '" + choices + "'");
  }
  return arms + arm(by_kind[FlagValue::Kind::kAnything], ":");
}

std::string subcommand_arm(const Subcommand& subcommand) {
  std::vector<std::string> flags;
  for (const Flag& flag : flags_of(subcommand)) flags.push_back("--" + std::string(flag.name));
  std::string arm =
      "    " + std::string(subcommand.name) + ")\n      flags='" + join(flags) + "'\n";
  if (subcommand.positional == "FILE") arm += "      files=-f\n";
  if (subcommand.name == "ctl") arm += "      words=$commands\n";
  return arm + "      ;;\n";
}

}  // namespace

std::string bash_completion(const std::vector<CommandEntry>& commands) {
  std::vector<std::string> names;
  for (const auto& command : commands) names.push_back(command.name);
  std::vector<std::string> first = {"help"};
  std::string arms;
  for (const Subcommand& subcommand : subcommands()) {
    first.emplace_back(subcommand.name);
    arms += subcommand_arm(subcommand);
  }
  return "# bash completion for ngcshare, generated from its tables of flags and commands\n"
         "_ngcshare_offer() {\n"
         "  [[ $1 == -W ]] || compopt -o filenames\n"
         "  mapfile -t COMPREPLY < <(compgen \"$@\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
         "}\n\n"
         "_ngcshare() {\n"
         "  local flags='' words='' files=''\n"
         "  local commands='" +
         join(names) +
         "'\n"
         "  COMPREPLY=()\n"
         "  if ((COMP_CWORD == 1)); then\n"
         "    _ngcshare_offer -W '" +
         join(first) +
         "'\n"
         "    return\n"
         "  fi\n"
         "  case ${COMP_WORDS[COMP_CWORD - 1]} in\n" +
         value_arms() +
         "  esac\n"
         "  case ${COMP_WORDS[1]} in\n" +
         arms +
         "  esac\n"
         "  if [[ ${COMP_WORDS[COMP_CWORD]} == -* ]]; then\n"
         "    _ngcshare_offer -W \"$flags\"\n"
         "  elif [[ $files ]]; then\n"
         "    _ngcshare_offer -f\n"
         "  elif [[ $words ]] && ((COMP_CWORD == 2)); then\n"
         "    _ngcshare_offer -W \"$words\"\n"
         "  fi\n"
         "}\n"
         "complete -F _ngcshare ngcshare\n";
}

}  // namespace ngcshare::pages
