#include "bot/options/flags.h"

#include <algorithm>
#include <iterator>

#include "bot/options/problems.h"

namespace ngcshare {
namespace {

constexpr Flag kNewStart{
    kNewStartFlag, "", false,
    "begin anew with a database or identity that is lost; no variable sets it"};

}  // namespace

const std::vector<Flag>& common_flags() {
  static const std::vector<Flag> flags = {
      {"data-dir", "DIR", false, "folder of profile.tox and ngcshare.db"},
      {"env-file", "FILE", false,
       "file of NGCSHARE_ variables, reread at SIGHUP; the environment wins"},
      {"passphrase-file", "FILE", false, "encrypt profile.tox with the passphrase in FILE"},
      {"nick", "NAME", false, "your name in the group"},
      {"bootstrap", "HOST:PORT:KEY", true, "a boot node besides the built-in ones"},
      {"bootstrap-nodes", "FILE", false,
       "JSON list of boot nodes to use instead of the built-in ones"},
      {"no-default-bootstrap", "", false, "do not use the built-in boot nodes"},
      {"no-local-discovery", "", false, "do not look for Tox nodes in the local network"},
      {"no-udp", "", false, "use TCP relays only"},
      {"proxy", "URL", false, "socks5://HOST:PORT or http://HOST:PORT; implies --no-udp"},
      {"udp-port", "PORT", false,
       "UDP port for Tox (default: the first free one of toxcore's range)"},
      {"tcp-relay-port", "PORT", false, "serve as a TCP relay for others on this port"},
      {"no-link", "", false,
       "turn off the fast transport (testing only: slower, can corrupt TCP on lossy networks)"},
      {"congestion", "NAME", false,
       "congestion control of the fast transport: bbr (default) or cubic"},
      {"insecure-toxcore", "", false,
       "go online even with a toxcore in which a stranger's packet may take over this program"},
      {"json", "", false, "print one JSON object per line"},
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
       "run a gateway: share services with groups",
       {
           {"check", "", false, "check the configuration, report all problems and exit"},
           kNewStart,
           {"create", "NAME", false, "found a group"},
           {"private", "", false, "make the new group private: by invitation only"},
           {"join", "CHAT_ID", true, "join a group"},
           {"password-file", "FILE", false,
            "file with the password of the groups created or joined"},
           {"share", "NAME=PORT[-LAST][/tcp|/udp|/both][,PORT...][@HOST][,health=off]", true,
            "share a service in all groups"},
           {"no-health-checks", "", false, "do not check regularly whether services answer"},
           {"invite", "TOX_ID", true, "invite this person to the private groups"},
           {"allow-target", "CIDR|HOST[=CIDR]", true,
            "also share services of this host or network (default: this machine only)"},
           {"admin-ports", "PORT[-LAST][,PORT...]", true,
            "ports that a group's founder and moderators may share, where their roles count "
            "(default: none)"},
           {"no-group-roles", "", false,
            "give no rights to the founder and moderators of any group"},
           {"owner", "KEY", true,
            "make the person with this group key an owner, who may do everything"},
           {"http", "[ADDRESS:]PORT", false,
            "serve the status page and metrics here; the default address is 127.0.0.1"},
           {"http-token-file", "FILE", false, "file with the token for viewing the status page"},
           {"http-owner-token-file", "FILE", false,
            "file with the token for using the status page as the owner"},
           {"http-open-metrics", "", false, "serve the metrics without a token"},
       },
       true,
       {{"ngcshare run --create friends --share minecraft=25565",
         "found the group \"friends\" and share this machine's Minecraft server"},
        {"ngcshare run", "start again with the same groups and services"}}},
      {"connect",
       "CHAT_ID|LINK [SERVICE[@GATEWAY][=LOCALPORT]]...",
       "join a group and use its services",
       {
           {"password-file", "FILE", false, "file with the group's password"},
           {"invited-by", "TOX_ID", false, "join a private group that this gateway invited you to"},
           {"all", "", false, "open every service"},
           {"list", "", false, "list the services and exit"},
           {"trust", "", false,
            "let each service named with @GATEWAY belong to that gateway from now on"},
           {"bind", "ADDRESS", false, "listen on this address instead of 127.0.0.1"},
           {"timeout", "SECONDS", false, "give up if the services are not reached in time"},
           kNewStart,
       },
       true,
       {{"ngcshare connect CHAT_ID minecraft", "use the service \"minecraft\""},
        {"ngcshare connect CHAT_ID minecraft=4000 wiki", "use two, one of them on port 4000"},
        {"ngcshare connect CHAT_ID --list", "see what there is"}}},
      {"backup",
       "FILE",
       "copy the gateway's database to FILE, even while it runs",
       {},
       false,
       {{"ngcshare backup /srv/backup/ngcshare.db", "keep profile.tox beside it too"}}},
      {"restore", "FILE", "replace the database with a backup; stop the gateway first", {}, false},
      {"claim-token", "", "print a one-time token for becoming the owner", {}, false},
      {"ctl",
       "[COMMAND [WORD]...]",
       "send a command to the running gateway, or open a prompt",
       {},
       false,
       {{"ngcshare ctl", "open a prompt; help lists the commands"},
        {"ngcshare ctl share wiki 8080", "share one more service"}}},
      {"doctor",
       "",
       "find out why a gateway does not work, and what to do",
       {
           {"share", "NAME=PORT[-LAST][/tcp|/udp|/both][,PORT...][@HOST][,health=off]", true,
            "also check this service, besides the stored ones"},
           {"allow-target", "CIDR|HOST[=CIDR]", true, "as given to ngcshare run"},
           {"timeout", "SECONDS", false, "time limit of the network checks (default: 30)"},
       }},
      {"status",
       "",
       "show the running gateway: services, connections, links",
       {{"watch", "", false, "refresh every two seconds until Ctrl-C"}},
       false},
      {"page",
       "[owner]",
       "print the link to the status page, for viewing or as the owner",
       {},
       false},
      {"invite",
       "[GROUP] [once] [TIME] [with-password]",
       "print a link with which friends find the group",
       {},
       false,
       {{"ngcshare invite once 7d", "for one person, within a week"}}},
      {"health",
       "",
       "check the running gateway; exit with 0 if it is well, else 1",
       {{"ready", "", false, "succeed only when connected to Tox and every group"}},
       false},
      {"node", "", "run a boot node, for a Tox network of your own", {kNewStart}},
      {"version", "", "show the version", {}, false},
  };
  return table;
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
  throw UsageError(name + " is a switch: it takes 1 or 0, not \"" + value + "\"");
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
