#include "deploy/pages/man_page.h"

#include <algorithm>
#include <map>

#include "bot/base/exit_codes.h"
#include "deploy/pages/roff.h"

namespace ngcshare::pages {
namespace {

struct ExitMeaning {
  ExitCode code;
  std::string_view meaning;
};

constexpr ExitMeaning kExitMeanings[] = {
    {kExitOk, "Success."},
    {kExitFailure, "Any other error; with health: not well."},
    {kExitUsage, "The command line or the environment is wrong."},
    {kExitNoNetwork, "The Tox network or the group was not reached in the time given."},
    {kExitJoinRefused,
     "The group did not let it in before the time given: wrong password, or full."},
    {kExitDataFolder, "The data folder cannot be used; the message says why."},
    {kExitPortInUse, "A requested port is taken."},
    {kExitNoService, "A named service was not offered in the time given."},
    {kExitRefused, "The gateway refused a command."},
    {kExitNotRunning, "No gateway runs on the data folder."},
};

constexpr std::string_view kExample =
    "ngcshare run --create \"friends\" --share web=8080\n"
    "ngcshare connect CHAT_ID web";

std::string upper_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return text;
}

std::string head(const std::string& name, std::string_view summary, const Edition& edition) {
  return ".TH " + roff::text(upper_case(name)) + " 1 " + edition.date + " \"ngcshare " +
         edition.version + "\" \"User Commands\"\n" + roff::section("NAME") + roff::text(name) +
         " \\- " + roff::text(summary) + "\n";
}

std::string page_name(const Subcommand& subcommand) {
  return "ngcshare-" + std::string(subcommand.name);
}

// Returns the DESCRIPTION: what the summary and the flags do not say.
std::string description(const Subcommand& subcommand) {
  static const std::map<std::string_view, std::string_view> texts = {
      {"run",
       "Founds or joins groups of the Tox network, and offers the services of --share to their "
       "members. Groups and services are remembered in the data folder, so that later starts need "
       "no flags. SIGTERM and SIGINT shut it down cleanly: it informs members, closes connections "
       "and saves its state. A second signal ends it at once. Under systemd it reports readiness, "
       "its status and that it is alive."},
      {"connect",
       "Joins a group by its chat id or an invitation link, and opens a port of 127.0.0.1 for each "
       "service named, or "
       "with --all for every service. A port stays open while its service is offered. Runs until "
       "it is interrupted."},
      {"backup",
       "Writes a consistent copy of ngcshare.db. Copy profile.tox, the identity, separately."},
      {"restore", "Checks the backup, and keeps the previous database beside it."},
      {"claim-token",
       "Prints a token. Whoever sends the gateway \"claim TOKEN\" in a private message within an "
       "hour becomes its owner."},
      {"ctl",
       "Sends the gateway running on the data folder one command, the lines of standard input, or "
       "those typed at a prompt. It must be run as the gateway's user or as root."},
      {"health",
       "Asks the gateway running on the data folder and prints one line. Without --ready the "
       "gateway is well if its event loop answers. It must be run as the gateway's user or as "
       "root."},
      {"status",
       "Shows a running gateway's services, connections and links as a table, or with --json as "
       "one object."},
      {"invite",
       "Prints a link with which members enter a group of the gateway running on the data folder, "
       "also a private one: ngcshare connect LINK. The link is a secret, for everybody who has it; "
       "once: for one person; TIME, such as 7d: until then. GROUP is needed if there are more."},
      {"page",
       "The status page is served by a gateway started with --http. The printed link contains the "
       "token: anybody who has it can open the page."},
      {"doctor",
       "Checks the network, the data folder, the database and the targets one by one, and says how "
       "to fix what is wrong."},
      {"node", "Members and gateways that name it with --bootstrap find each other through it."},
  };
  const auto found = texts.find(subcommand.name);
  if (found == texts.end()) return "";
  return roff::section("DESCRIPTION") + roff::text(found->second) + "\n";
}

std::string flag_item(const Flag& flag) {
  std::string term = roff::bold("--" + std::string(flag.name));
  if (!flag.value.empty()) term += " " + roff::italic(flag.value);
  const std::string meaning = std::string(flag.help) + (flag.repeatable ? " (repeatable)" : "");
  return roff::item(term, meaning);
}

std::string flag_section(std::string_view title, const std::vector<Flag>& flags) {
  if (flags.empty()) return "";
  std::string text = roff::section(title);
  for (const Flag& flag : flags) text += flag_item(flag);
  return text;
}

// Returns the subcommand's flags that other subcommands share.
std::vector<Flag> shared_flags(const Subcommand& subcommand) {
  auto flags = flags_of(subcommand);
  flags.erase(flags.begin(), flags.begin() + static_cast<std::ptrdiff_t>(subcommand.flags.size()));
  return flags;
}

std::string environment_section() {
  return roff::section("ENVIRONMENT") + "Each flag but\n" + roff::bold("--help") + " and " +
         roff::bold("--" + std::string(kNewStartFlag)) + " can also be set by a variable:\n" +
         roff::bold("--data-dir") + " by " + roff::bold(environment_name("data-dir")) +
         " and so on. A switch is\n.B 1\nor\n.BR 0 .\nA list is separated by commas or blanks. "
         "The flag wins.\n";
}

std::string exit_section() {
  std::string text = roff::section("EXIT STATUS");
  for (const auto& [code, meaning] : kExitMeanings) {
    text += roff::item(roff::bold(std::to_string(code)), meaning);
  }
  return text;
}

std::string files_section() {
  return roff::section("FILES") +
         roff::item(roff::italic("~/.local/share/ngcshare/"),
                    "The gateway's data folder, unless --data-dir names another.") +
         roff::item(roff::italic("~/.local/share/ngcshare-member/"),
                    "The same for ngcshare connect.") +
         roff::item(roff::italic("profile.tox"),
                    "In it: the identity, with its secret keys. Anybody who can read it can "
                    "impersonate you.") +
         roff::item(roff::italic("ngcshare.db"),
                    "In it: groups, services, rights, and the log of commands.") +
         roff::item(
             roff::italic("control.sock"),
             "In it: the socket on which a running gateway takes commands from this machine.");
}

std::string see_also(const std::string& but) {
  std::vector<std::string> names = {"ngcshare"};
  for (const Subcommand& subcommand : subcommands()) {
    if (has_page(subcommand)) names.push_back(page_name(subcommand));
  }
  std::erase(names, but);
  std::string text = roff::section("SEE ALSO");
  for (const auto& name : names) {
    text += ".BR " + roff::text(name) + (name == names.back() ? " (1)\n" : " (1),\n");
  }
  return text;
}

std::string command_section(const std::vector<CommandEntry>& commands) {
  std::string text =
      roff::section("COMMANDS") +
      "Commands for a running gateway; ctl runs them as its owner. In a group's chat and in "
      "private messages\nthey need the level given in parentheses.\n";
  for (const auto& command : commands) {
    std::string term = roff::bold(command.name);
    if (!command.arguments.empty()) term += " " + roff::italic(command.arguments);
    std::string meaning = command.help + " (" + command.level + ")";
    if (!command.example.empty()) meaning += ". Example: " + command.example;
    text += roff::item(term, meaning);
  }
  return text;
}

std::string examples_section(const Subcommand& subcommand) {
  if (subcommand.examples.empty()) return "";
  std::string text = roff::section("EXAMPLES");
  for (const Example& example : subcommand.examples) {
    text += roff::item(roff::bold(example.command), std::string(example.effect));
  }
  return text;
}

}  // namespace

bool has_page(const Subcommand& subcommand) { return subcommand.name != "version"; }

std::string program_page(const Edition& edition) {
  std::string text =
      head("ngcshare", "share network services with a Tox group", edition) +
      roff::section("SYNOPSIS") + ".B ngcshare\n.I COMMAND\n.RI [ FLAG \" ...]\"\n" +
      roff::section("DESCRIPTION") +
      "A gateway shares services of its machine, such as a game server or a web "
      "server, with a\ngroup of the Tox network. Each member of the group reaches them on "
      "ports of their own machine.\nNeither side needs a public address or a forwarded "
      "port.\n" +
      roff::section("COMMANDS");
  for (const Subcommand& subcommand : subcommands()) {
    const std::string page = has_page(subcommand) ? "; see " + page_name(subcommand) + "(1)" : "";
    text += roff::item(roff::bold(subcommand.name), std::string(subcommand.summary) + page);
  }
  return text + environment_section() + files_section() + exit_section() +
         roff::section("EXAMPLES") +
         "Share the web server on port 8080, and use it on another machine:\n" +
         roff::example(kExample) + see_also("ngcshare");
}

std::string subcommand_page(const Subcommand& subcommand, const std::vector<CommandEntry>& commands,
                            const Edition& edition) {
  const std::string name = page_name(subcommand);
  std::string text = head(name, subcommand.summary, edition) + roff::section("SYNOPSIS") +
                     roff::bold("ngcshare " + std::string(subcommand.name)) + " [" +
                     roff::italic("FLAG") + " ...]";
  if (!subcommand.positional.empty()) text += " " + roff::italic(subcommand.positional);
  text += "\n" + description(subcommand);
  if (subcommand.name == "ctl") text += command_section(commands);
  const bool has_own = !subcommand.flags.empty();
  return text + flag_section("FLAGS", subcommand.flags) +
         flag_section(has_own ? "COMMON FLAGS" : "FLAGS", shared_flags(subcommand)) +
         examples_section(subcommand) + environment_section() +
         "Exit status and files are described in\n.BR ngcshare (1).\n" + see_also(name);
}

}  // namespace ngcshare::pages
