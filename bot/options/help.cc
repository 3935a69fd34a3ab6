#include "bot/options/help.h"

#include <algorithm>
#include <sstream>

namespace ngcshare {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kFlagTexts = 30;    // the column in which the flags' texts begin
constexpr size_t kSummaries = 24;    // and the subcommands' ones
constexpr size_t kExampleTexts = 4;  // and the examples' ones, on a line of their own

// Returns `head`, then the words of `text` in a column that begins at `column`, on as many lines as
// they need. A head that reaches into the column has its line for itself.
std::string in_column(const std::string& head, const std::string& text, size_t column) {
  std::string lines, line = head;
  const auto next_line = [&] {
    lines += line + "\n";
    line.assign(column, ' ');
  };
  if (line.size() + 2 > column) {
    next_line();
  } else {
    line.resize(column, ' ');
  }
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (line.size() > column && line.size() + 1 + word.size() > kColumns) next_line();
    line += (line.size() > column ? " " : "") + word;
  }
  return lines + line + "\n";
}

std::string flag_lines(const std::vector<Flag>& flags) {
  std::string lines;
  for (const Flag& flag : flags) {
    std::string head = "  --" + std::string(flag.name);
    if (!flag.value.empty()) head += " " + std::string(flag.value);
    lines += in_column(head, std::string(flag.help) + (flag.repeatable ? " (repeatable)" : ""),
                       kFlagTexts);
  }
  return lines;
}

std::string example_lines(const Subcommand& subcommand) {
  if (subcommand.examples.empty()) return "";
  std::string lines = "\nExamples:\n";
  for (const Example& example : subcommand.examples) {
    lines += "  " + std::string(example.command) + "\n" +
             in_column("", std::string(example.effect), kExampleTexts);
  }
  return lines;
}

}  // namespace

std::string program_help() {
  std::string text = "ngcshare shares network services with a Tox group.\n\n";
  for (const Subcommand& subcommand : subcommands()) {
    text += in_column("  ngcshare " + std::string(subcommand.name), std::string(subcommand.summary),
                      kSummaries);
  }
  return text +
         "\nExamples:\n"
         "  ngcshare connect CHAT_ID minecraft\n"
         "    use the service \"minecraft\" of a group that a friend runs\n"
         "  ngcshare run --create friends --share minecraft=25565\n"
         "    found a group and share a service of this machine with it\n"
         "\nngcshare help COMMAND shows the flags of a command.\n";
}

std::string subcommand_help(const Subcommand& subcommand) {
  std::string usage = "usage: ngcshare " + std::string(subcommand.name) + " [FLAGS]";
  if (!subcommand.positional.empty()) usage += " " + std::string(subcommand.positional);
  std::string text = usage + "\n" + std::string(subcommand.summary) + "\n\n";
  text += flag_lines(subcommand.flags);
  if (!subcommand.flags.empty()) text += "\n";
  return text + flag_lines(common_flags_of(subcommand)) + example_lines(subcommand) +
         "\nEach flag can also be set in the environment: --data-dir as\n" +
         environment_name("data-dir") + " and so on; the flag wins.\n";
}

}  // namespace ngcshare
