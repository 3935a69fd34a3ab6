#include "bot/flags.h"

#include <algorithm>
#include <iterator>

#include "bot/problems.h"

namespace ngcshare {
namespace {

std::string flag_line(const Flag& flag) {
  std::string line = "  --" + std::string(flag.name);
  if (!flag.value.empty()) line += " " + std::string(flag.value);
  line.resize(std::max<size_t>(line.size() + 2, 32), ' ');
  return line + std::string(flag.help) + (flag.repeatable ? " (repeatable)" : "") + "\n";
}

std::vector<Flag> common_flags_of(const Subcommand& subcommand) {
  if (subcommand.goes_online) return common_flags();
  std::vector<Flag> flags;
  std::copy_if(common_flags().begin(), common_flags().end(), std::back_inserter(flags),
               [](const Flag& flag) {
                 return flag.name == "data-dir" || flag.name == "env-file" || flag.name == "json" ||
                        flag.name == "help";
               });
  return flags;
}

}  // namespace

const std::vector<Flag>& common_flags() {
  static const std::vector<Flag> flags = {
      {"data-dir", "DIR", false, "where profile.tox and ngcshare.db are kept"},
      {"env-file", "FILE", false, "more variables, read again at SIGHUP; the environment wins"},
      {"passphrase-file", "FILE", false, "encrypts profile.tox with the passphrase in it"},
      {"nick", "NAME", false, "the name shown in the group"},
      {"bootstrap", "HOST:PORT:KEY", true, "a boot node, besides the built-in list"},
      {"bootstrap-nodes", "FILE", false, "a list of boot nodes instead of the built-in one"},
      {"no-default-bootstrap", "", false, "do without the built-in list"},
      {"no-local-discovery", "", false, "do not look for nodes in the local network"},
      {"no-udp", "", false, "only use TCP relays"},
      {"proxy", "URL", false, "socks5://HOST:PORT or http://HOST:PORT; implies --no-udp"},
      {"udp-port", "PORT", false, "the UDP port to use"},
      {"tcp-relay-port", "PORT", false, "be a TCP relay for others on this port"},
      {"no-link", "", false, "tcp in base mode, which is slow and can be wrong; for comparison"},
      {"congestion", "NAME", false, "bbr (the default) or cubic, how fast the link sends"},
      {"json", "", false, "print one JSON object a line"},
      {"log-level", "LEVEL", false, "trace, debug, info, warn, error or off"},
      {"log-format", "FORMAT", false, "text or json"},
      {"help", "", false, "show this help"},
  };
  return flags;
}

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> table = {
      {"run",
       "",
       "be a gateway: share services with groups",
       {
           {"check", "", false, "only say what is wrong with the configuration"},
           {"create", "NAME", false, "found a group"},
           {"private", "", false, "make the new group one that is entered by invitation only"},
           {"join", "CHAT_ID", true, "join a group"},
           {"password-file", "FILE", false, "the password of the group created or joined"},
           {"share", "NAME=PORT[-LAST][/tcp|/udp|/both][,PORT...][@HOST]", true,
            "share a service in all groups"},
           {"no-health-checks", "", false, "do not try now and then whether services answer"},
           {"invite", "TOX_ID", true, "invite somebody to the private groups"},
           {"allow-target", "CIDR|HOST", true, "let services stand there; this machine may always"},
           {"no-group-roles", "", false, "a group's founder and moderators are no admins here"},
           {"owner", "KEY", true, "the group key of somebody who may do everything"},
           {"http", "[ADDRESS:]PORT", false,
            "serve the status page and metrics there; 127.0.0.1 is the address unless one is "
            "given"},
           {"http-token-file", "FILE", false, "the token to see the status page with"},
           {"http-owner-token-file", "FILE", false, "the token to act on it as the owner"},
           {"http-open-metrics", "", false, "give the metrics to everybody who reaches that port"},
       }},
      {"connect",
       "CHAT_ID [SERVICE[@GATEWAY][=LOCALPORT]]...",
       "join a group and use what is shared there",
       {
           {"password-file", "FILE", false, "the group's password"},
           {"invited-by", "TOX_ID", false, "enter a private group by this gateway's invitation"},
           {"all", "", false, "make every service reachable"},
           {"list", "", false, "show what is offered and end"},
           {"bind", "ADDRESS", false, "listen on this address instead of 127.0.0.1"},
           {"timeout", "SECONDS", false, "give up when the services were not reached by then"},
       }},
      {"backup", "FILE", "copy a gateway's database to a file, also while it runs", {}},
      {"restore", "FILE", "put a backup in the place of the database, while no gateway runs", {}},
      {"claim-token",
       "",
       "make a token that makes whoever sends it to the gateway its owner",
       {},
       false},
      {"ctl",
       "[COMMAND [WORD]...]",
       "tell the running gateway something; without a command, at a prompt",
       {},
       false},
      {"doctor",
       "",
       "look for what keeps a gateway from working, and say what to do about it",
       {
           {"share", "NAME=PORT[-LAST][/tcp|/udp|/both][,PORT...][@HOST]", true,
            "try this service, besides those that are stored"},
           {"allow-target", "CIDR|HOST", true, "as the gateway is started with"},
           {"timeout", "SECONDS", false, "how long to try the network; 30 by default"},
       }},
      {"status",
       "",
       "show the running gateway: services, connections, links",
       {{"watch", "", false, "again every two seconds, until Ctrl-C"}},
       false},
      {"page",
       "[owner]",
       "show where the running gateway's status page is, with a token to look, or to act as the "
       "owner",
       {},
       false},
      {"health",
       "",
       "say whether the running gateway is well, and end with 0 or 1",
       {{"ready", "", false, "well is only who is in the Tox network and in all groups"}},
       false},
      {"node", "", "be a boot node, for a network of one's own", {}},
      {"version", "", "show the version", {}},
  };
  return table;
}

std::string program_help() {
  std::string text = "ngcshare shares network services with a Tox group.\n\n";
  for (const Subcommand& subcommand : subcommands()) {
    std::string line = "  ngcshare " + std::string(subcommand.name);
    line.resize(std::max<size_t>(line.size() + 2, 22), ' ');
    text += line + std::string(subcommand.summary) + "\n";
  }
  return text + "\nngcshare COMMAND --help tells more.\n";
}

std::string subcommand_help(const Subcommand& subcommand) {
  std::string text = "usage: ngcshare " + std::string(subcommand.name) + " [FLAGS]";
  if (!subcommand.positional.empty()) text += " " + std::string(subcommand.positional);
  text += "\n" + std::string(subcommand.summary) + "\n\n";
  for (const Flag& flag : subcommand.flags) text += flag_line(flag);
  if (!subcommand.flags.empty()) text += "\n";
  for (const Flag& flag : common_flags_of(subcommand)) text += flag_line(flag);
  return text + "\nEach flag is also read from the environment: --data-dir from " +
         environment_name("data-dir") + " and so on; the flag wins.\n";
}

std::vector<Flag> flags_of(const Subcommand& subcommand) {
  std::vector<Flag> flags = subcommand.flags;
  const auto common = common_flags_of(subcommand);
  flags.insert(flags.end(), common.begin(), common.end());
  return flags;
}

std::string environment_name(std::string_view flag) {
  std::string name = "NGCSHARE_" + std::string(flag);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    if (c == '-') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

bool parse_switch(const std::string& name, const std::string& value) {
  if (value == "1" || value == "true" || value == "yes" || value == "on") return true;
  if (value.empty() || value == "0" || value == "false" || value == "no" || value == "off") {
    return false;
  }
  throw UsageError(name + " is a switch: 1 or 0, not \"" + value + "\"");
}

void GivenFlags::add(std::string_view flag, std::string value) {
  values_[std::string(flag)].push_back(std::move(value));
}

std::optional<std::string> GivenFlags::one(std::string_view flag) const {
  const auto found = values_.find(std::string(flag));
  return found == values_.end() ? std::nullopt : std::optional(found->second.back());
}

std::vector<std::string> GivenFlags::all(std::string_view flag) const {
  const auto found = values_.find(std::string(flag));
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> GivenFlags::difference(const GivenFlags& other) const {
  std::vector<std::string> names;
  for (const auto& [name, values] : values_) {
    if (other.all(name) != values) names.push_back(name);
  }
  for (const auto& [name, values] : other.values_) {
    if (!values_.contains(name)) names.push_back(name);
  }
  return names;
}

}  // namespace ngcshare
