// Commands about the shared services, their limits and their connections.
#include <algorithm>
#include <map>
#include <span>

#include "bot/base/numbers.h"
#include "bot/base/printable.h"
#include "bot/base/units.h"
#include "bot/base/words.h"
#include "bot/commands/commands.h"
#include "bot/commands/helpers.h"
#include "bot/services/offer_limit.h"
#include "bot/services/ports.h"
#include "bot/services/records.h"
#include "protocol/base/text.h"
#include "protocol/wire/extension.h"
#include "storage/values/clipped.h"

namespace ngcshare {
namespace {

using storage::ServiceLimits;
using storage::ServiceRecord;

// Returns `text`, or nothing for a service that is not for all members, because the whole group
// would read it.
std::string announced(const ServiceRecord& record, std::string text) {
  return is_public(record) ? std::move(text) : std::string();
}

std::string what_is(const std::string& name, std::span<const storage::PortRange> ports) {
  return name + " (" + describe(ports) + ")";
}

// Returns a note that the next start undoes the change if the service comes from --share.
std::string until_restart(const ServiceRecord& record) {
  return record.declared ? "; the gateway's next start undoes this unless you change its --share"
                         : "";
}

// Refuses a name in use, with examples that would work: edit the service, or take a free name.
Answer taken(const Commands::Context& context, const ShareSpec& spec, const Asker& asker) {
  const std::string ports = words_of(spec.ports);
  std::string text = name_is_taken(spec.name);
  const auto record = find_here(context.services, spec.name, asker);
  if (record && manages(asker, *record)) {
    text += "; to change it, for example: edit " + quote_word(spec.name) + " " + ports;
  }
  std::string free;
  for (int number = 2; free.empty() || context.services.find(free); ++number) {
    free = std::string(storage::clipped(spec.name, 48)) + "-" + std::to_string(number);
  }
  return refuse(text + "; or choose another name, for example: share " + quote_word(free) + " " +
                ports);
}

// Returns the refusal of ports that the asker may not share, or nullopt.
std::optional<Answer> objection_to_ports(const Commands::Context& context, const ShareSpec& spec,
                                         const Asker& asker) {
  if (context.access.may_share(asker.level, spec.ports)) return std::nullopt;
  return refuse("your role in this group covers only the ports named by --admin-ports, not " +
                describe(spec.ports) + "; ask an owner to share " + quote_word(spec.name) +
                ", or to name its ports there");
}

// Returns the refusal of more ports than group admins may have in their group, or nullopt.
std::optional<Answer> objection_to_number(const Commands::Context& context, const ShareSpec& spec,
                                          const Asker& asker) {
  if (asker.level >= Level::kAdmin) return std::nullopt;
  size_t others = 0;
  size_t before = 0;
  for (const auto& shown : context.services.list(asker.chat_id)) {
    const ServiceRecord& record = shown.record;
    if (record.chat_id) (record.name == spec.name ? before : others) += ports_of(record).size();
  }
  const size_t wanted = ports_of(to_record(spec, asker.chat_id, asker.key)).size();
  if (wanted <= before || others + wanted <= kMostPortsOfGroupAdmins) return std::nullopt;
  return refuse("your role in this group covers " + std::to_string(kMostPortsOfGroupAdmins) +
                " ports of services in this group alone, and " + std::to_string(others) +
                " are in use; unshare another service first, or ask an owner");
}

Answer share(const Commands::Context& context, const Words& words, const Asker& asker) {
  const auto parsed = parse_share(words[0], std::span(words).subspan(1), {});
  if (const auto* error = std::get_if<ShareError>(&parsed)) return refuse(error->text);
  const auto& spec = std::get<ShareSpec>(parsed);
  if (context.services.find(spec.name)) return taken(context, spec, asker);
  if (auto objected = objection_to_ports(context, spec, asker)) return *objected;
  if (auto objected = objection_to_number(context, spec, asker)) return *objected;
  if (const auto problem = context.services.share(spec, asker.chat_id, asker.key)) {
    return refuse(*problem);
  }
  const std::string what = what_is(spec.name, spec.ports);
  return {.text = "shared " + what,
          .announcement = "now shared: " + what,
          .announce_in = asker.chat_id};
}

Answer edit(const Commands::Context& context, const Words& words, const Asker& asker) {
  ServiceRecord record = named_service(context, words);
  const ShareSpec before{record.name, record.host, record.ports, record.health};
  const auto parsed = parse_edit(before, std::span(words).subspan(1));
  if (const auto* error = std::get_if<ShareError>(&parsed)) return refuse(error->text);
  const auto& after = std::get<ShareSpec>(parsed);
  const std::string what = what_is(after.name, after.ports);
  const std::string where = " at " + after.host + std::string(describe(after.health));
  const bool other_ports = after.ports != before.ports;
  if (!other_ports && after.host == before.host && after.health == before.health) {
    return {.text = what + where + ": no change"};
  }
  if (auto objected = objection_to_ports(context, after, asker)) return *objected;
  if (auto objected = objection_to_number(context, after, asker)) return *objected;
  record.ports = after.ports;
  record.host = after.host;
  record.health = after.health;
  if (const auto problem = context.services.edit(record)) return refuse(*problem);
  const bool is_news = other_ports && record.enabled;
  return {.text = "changed: " + what + where + until_restart(record),
          .announcement = is_news ? announced(record, "changed: " + what) : "",
          .announce_in = record.chat_id};
}

// Returns a text in which every change of the service shows that somebody who gives it up would
// want to know.
std::string state_of(const ServiceRecord& record) {
  return std::to_string(record.id) + ' ' + words_of(record.ports) + ' ' + record.host + ' ' +
         (record.chat_id ? to_hex(*record.chat_id) : "") + (record.declared ? " declared" : "") +
         (record.enabled ? " on" : " off") + (is_public(record) ? " members" : " list") +
         (record.observers ? " observers " : " ") + record.description;
}

Answer unshare(const Commands::Context& context, const Words& words, const Asker& /*asker*/) {
  const ServiceRecord record = named_service(context, words);
  context.services.unshare(record.name);
  const bool is_news = record.enabled;
  return {.text = words[0] + " is no longer shared" + until_restart(record),
          .announcement = is_news ? announced(record, "no longer shared: " + words[0]) : "",
          .announce_in = record.chat_id};
}

Answer set_enabled(const Commands::Context& context, const Words& words, bool enabled) {
  ServiceRecord record = named_service(context, words);
  if (record.enabled == enabled) {
    return {.text = words[0] + (enabled ? " is already on" : " is already off")};
  }
  record.enabled = enabled;
  context.services.change(record);
  return {.text = words[0] + (enabled ? " is on" : " is off"),
          .announcement =
              announced(record, (enabled ? "shared again: " : "not shared for now: ") + words[0]),
          .announce_in = record.chat_id};
}

Answer set_description(const Commands::Context& context, const Words& words,
                       const Asker& /*asker*/) {
  ServiceRecord record = named_service(context, words);
  const std::string text = join_text(words, 1);
  if (text.size() > kMaxDescriptionBytes || (!text.empty() && !is_printable_utf8(text))) {
    return refuse("a description is one line of at most " + std::to_string(kMaxDescriptionBytes) +
                  " bytes, for example: describe " + words[0] + " our survival world");
  }
  record.description = text;
  context.services.change(record);
  return {.text = text.empty() ? words[0] + " no longer has a description"
                               : words[0] + " now has the description: " + text};
}

// -- limits -----------------------------------------------------------------------------

std::string text_of(const ServiceLimits& limits) {
  std::string text;
  const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
    text += (text.empty() ? "" : " ") + std::string(name) + "=" + value.value_or("none");
  };
  const auto number = [](const std::optional<uint32_t>& value) {
    return value ? std::optional(std::to_string(*value)) : std::nullopt;
  };
  const auto rate = [](const std::optional<uint64_t>& value) {
    return value ? std::optional(format_rate(*value)) : std::nullopt;
  };
  add("connections", number(limits.connections_in_all));
  add("peer-connections", number(limits.connections_per_peer));
  add("rate", rate(limits.bytes_per_second_in_all));
  add("peer-rate", rate(limits.bytes_per_second_per_peer));
  return text;
}

// Applies LIMIT=VALUE. Returns the error, or nullopt on success.
std::optional<std::string> set_limit(ServiceLimits& limits, std::string_view word) {
  const size_t equals = word.find('=');
  const std::string_view name = word.substr(0, equals);
  const std::string_view value =
      equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
  const bool none = value == "none";
  if (name == "connections" || name == "peer-connections") {
    const auto number = none ? std::nullopt : parse_number<uint32_t>(value);
    if (!none && (!number || *number == 0)) {
      return "\"" + printable(value) + "\" is not a number of connections";
    }
    (name == "connections" ? limits.connections_in_all : limits.connections_per_peer) = number;
    return std::nullopt;
  }
  if (name == "rate" || name == "peer-rate") {
    const auto rate = none ? std::nullopt : parse_rate(value);
    if (!none && !rate) {
      return "\"" + printable(value) + "\" is not a rate in bytes per second";
    }
    (name == "rate" ? limits.bytes_per_second_in_all : limits.bytes_per_second_per_peer) = rate;
    return std::nullopt;
  }
  return "\"" + printable(name) + "\" is not a limit";
}

Answer set_limits(const Commands::Context& context, const Words& words, const Asker& /*asker*/) {
  ServiceRecord record = named_service(context, words);
  if (words.size() == 1) return {.text = words[0] + ": " + text_of(record.limits)};
  for (size_t i = 1; i < words.size(); ++i) {
    const auto problem = set_limit(record.limits, words[i]);
    if (!problem) continue;
    return refuse(*problem + ", for example: limit " + quote_word(words[0]) +
                  " connections=50 peer-connections=4 rate=5M peer-rate=none");
  }
  context.services.change(record);
  return {.text = words[0] + ": " + text_of(record.limits)};
}

// -- lists ------------------------------------------------------------------------------

// Shows the service's host only to those who may change the service.
std::string text_of(const ServiceCatalog::Shown& shown, const Asker& asker) {
  const ServiceRecord& record = shown.record;
  std::string text = what_is(record.name, record.ports);
  const bool elsewhere = record.host != ShareSpec().host;
  if (elsewhere && manages(asker, record)) text += " at " + record.host;
  if (manages(asker, record)) text += describe(record.health);
  if (!record.enabled) {
    text += ", off";
  } else if (shown.target == ServiceCatalog::Shown::Target::kDown) {
    text += ", down";
  }
  if (record.policy == storage::ServicePolicy::kList) text += ", only for people allowed";
  text += ", " + std::to_string(shown.connections) +
          (shown.connections == 1 ? " connection" : " connections");
  return record.description.empty() ? text : text + ": " + printable(record.description);
}

// Returns true if the asker may use the service, or may change it.
bool may_see(const Commands::Context& context, const ServiceRecord& record, const Asker& asker) {
  if (manages(asker, record) || !asker.chat_id || !asker.key) return true;
  return context.access.decide(record, {*asker.chat_id, *asker.key}, asker.role, context.now()) ==
         Decision::kAllowed;
}

Answer list_services(const Commands::Context& context, const Words& /*words*/, const Asker& asker) {
  std::string text;
  for (const auto& shown : context.services.list(asker.chat_id)) {
    if (may_see(context, shown.record, asker)) text += "\n" + text_of(shown, asker);
  }
  if (text.empty()) return {.text = "nothing is shared here"};
  text = "shared here:" + text;
  if (asker.chat_id) {
    text += "\nto use one: ngcshare connect " + to_hex(*asker.chat_id) + " NAME";
  }
  return {.text = text};
}

// Returns the connections of the asker's group to one service, or (nullopt) to all that the asker
// may change.
std::vector<ServiceCatalog::Connection> connections_for(const Commands::Context& context,
                                                        const std::optional<std::string>& service,
                                                        const Asker& asker) {
  auto found = context.services.connections(service);
  std::map<std::string, bool> managed;  // one service may have thousands of connections
  std::erase_if(found, [&](const ServiceCatalog::Connection& one) {
    if (asker.chat_id && one.person.chat_id != *asker.chat_id) return true;
    const auto [known, added] = managed.try_emplace(one.service);
    if (added) {
      const auto record = context.services.find(one.service);
      known->second = record && manages(asker, *record);
    }
    return !known->second;
  });
  return found;
}

Answer list_connections(const Commands::Context& context, const Words& words, const Asker& asker) {
  const auto service = words.empty() ? std::nullopt : std::optional(words[0]);
  std::string text;
  std::map<storage::Person, std::string> names;  // one person may have thousands of connections
  for (const auto& one : connections_for(context, service, asker)) {
    const auto [who, added] = names.try_emplace(one.person);
    if (added) who->second = context.people.name(one.person);
    text += (text.empty() ? "" : "\n") + std::to_string(one.id) + ": " + one.service + ", " +
            who->second + ", " + std::string(to_string(one.transports)) + ", " +
            format_bytes(one.bytes_in) + " in, " + format_bytes(one.bytes_out) + " out";
  }
  return {.text = text.empty() ? "nobody is connected" : text};
}

Answer drop(const Commands::Context& context, const Words& words, const Asker& asker) {
  const auto id = parse_number<uint32_t>(words[0]);
  const auto all = connections_for(context, std::nullopt, asker);
  const bool here =
      id && std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.id == *id; });
  if (!here || !context.services.drop(*id)) {
    return refuse("there is no connection " + printable(words[0]) + "; for a list: connections");
  }
  return {.text = "dropped connection " + words[0]};
}

}  // namespace

std::vector<Command> service_commands(const Commands::Context& context) {
  const auto bind = [&context](auto function) {
    return [&context, function](const Words& words, const Asker& asker) {
      return function(context, words, asker);
    };
  };
  const auto turn = [&context](bool enabled) {
    return [&context, enabled](const Words& words, const Asker& /*asker*/) {
      return set_enabled(context, words, enabled);
    };
  };
  return {
      {"services", "", Level::kMember, 0, 0, Command::kUnrecorded, "lists the shared services",
       "services", bind(list_services)},
      {"share", "NAME PORT[-LAST][/tcp|/udp|/both]… [@HOST] [health=off]", Level::kGroupAdmin, 2,
       67, Command::kPlain,
       "shares a service with the group; health=off: without checking whether it answers",
       "share minecraft 25565 24454/udp", bind(share)},
      {"edit", "NAME PORT[-LAST][/tcp|/udp|/both]… [@HOST] [health=tcp|off]", Level::kGroupAdmin, 2,
       67, Command::kOfService, "changes a service's ports, host or checks, and nothing else",
       "edit minecraft 25566 24454/udp", bind(edit)},
      {"unshare", "NAME", Level::kGroupAdmin, 1, 1, Command::kAsksFirst | Command::kOfService,
       "removes a service and its rules", "unshare minecraft", bind(unshare),
       [&context](const Words& words, const Asker& /*asker*/) {
         return state_of(named_service(context, words));
       }},
      {"enable", "NAME", Level::kGroupAdmin, 1, 1, Command::kOfService, "turns a service on again",
       "enable minecraft", turn(true)},
      {"disable", "NAME", Level::kGroupAdmin, 1, 1, Command::kOfService,
       "turns a service off and ends its connections", "disable minecraft", turn(false)},
      {"describe",
       "NAME [TEXT]",
       Level::kGroupAdmin,
       1,
       Commands::kMaxWords,
       Command::kOfService,
       "sets a service's description; without TEXT removes it",
       "describe minecraft our survival world",
       bind(set_description),
       {},
       1},
      {"limit", "NAME [LIMIT=VALUE…]", Level::kGroupAdmin, 1, 5, Command::kOfService,
       "shows or sets a service's limits on connections and bytes per second, in total and for "
       "each peer; VALUE may be none",
       "limit minecraft connections=50 peer-connections=4 rate=5M peer-rate=1M", bind(set_limits)},
      {"connections", "[NAME]", Level::kGroupAdmin, 0, 1,
       Command::kLive | Command::kUnrecorded | Command::kOfService, "lists who uses which service",
       "connections minecraft", bind(list_connections)},
      {"drop", "ID", Level::kGroupAdmin, 1, 1, Command::kLive, "ends one connection", "drop 17",
       bind(drop)},
  };
}

}  // namespace ngcshare
