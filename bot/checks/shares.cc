#include "bot/checks/shares.h"

#include <algorithm>
#include <asio/io_context.hpp>
#include <asio/ip/address.hpp>
#include <set>
#include <string>

#include "bot/base/host_name.h"
#include "bot/lookup/name_lookup.h"
#include "bot/services/catalog.h"
#include "bot/services/ports.h"
#include "bot/services/records.h"

namespace ngcshare {
namespace {

bool is_name(const std::string& host) {
  asio::error_code error;
  asio::ip::make_address(host, error);
  return error && !is_localhost(host);
}

void check_answer(const TargetPolicy& targets, const std::string& host, const NameAnswer& answer,
                  Problems& problems) {
  if (!answer.error.empty()) {
    problems.warn("--share: the host name " + host + " cannot be resolved here (" + answer.error +
                  "); the service stays down until it can");
    return;
  }
  const bool any = std::any_of(
      answer.addresses.begin(), answer.addresses.end(),
      [&](const asio::ip::address& address) { return targets.allows_address(host, address); });
  if (!any) problems.warn("--share: " + address_not_allowed(host, answer.addresses.front()));
}

bool share_a_port(const ShareSpec& spec, const storage::ServiceRecord& stored) {
  const auto ours = ports_of(to_record(spec, std::nullopt, std::nullopt));
  const auto theirs = ports_of(stored);
  return std::any_of(ours.begin(), ours.end(), [&](const ServicePort& port) {
    return std::any_of(theirs.begin(), theirs.end(), [&](const ServicePort& other) {
      return port.port == other.port && ((port.transports.tcp && other.transports.tcp) ||
                                         (port.transports.udp && other.transports.udp));
    });
  });
}

void compare(const ShareSpec& spec, const storage::ServiceRecord& stored, Problems& problems) {
  if (stored.declared) return;  // from an earlier start's flags, which these replace
  if (spec.name == stored.name) {
    const bool same = spec.host == stored.host && spec.ports == stored.ports;
    if (same && !stored.chat_id) return;
    problems.warn("--share: " + spec.name +
                  " replaces the service of that name that was shared by a command (" +
                  describe(stored.ports) + " at " + stored.host + ")" +
                  (stored.chat_id ? " in one group alone; its rules and limits go with it" : ""));
  } else if (spec.host == stored.host && share_a_port(spec, stored)) {
    problems.warn("--share: " + spec.name + " and " + stored.name +
                  ", which was shared by a command, use the same port of " + spec.host +
                  "; to keep only one: ngcshare ctl unshare " + stored.name);
  }
}

}  // namespace

void check_targets(const RunOptions& options, Problems& problems) {
  for (const ShareSpec& spec : options.shares) {
    if (options.targets.allows_host(spec.host)) continue;
    problems.add("--share " + spec.name + ": " + target_not_allowed(spec.host));
  }
}

void check_target_names(const RunOptions& options, Problems& problems) {
  std::set<std::string> hosts;
  for (const ShareSpec& spec : options.shares) {
    if (is_name(spec.host) && options.targets.allows_host(spec.host)) hosts.insert(spec.host);
  }
  asio::io_context loop;
  NameLookup lookup(loop);
  for (const std::string& host : hosts) {
    lookup.start(host, [&](const NameAnswer& answer) {
      check_answer(options.targets, host, answer, problems);
    });
  }
  loop.run();
}

void check_against_stored(const RunOptions& options,
                          const std::vector<storage::ServiceRecord>& stored, Problems& problems) {
  for (const ShareSpec& spec : options.shares) {
    for (const storage::ServiceRecord& service : stored) compare(spec, service, problems);
  }
  for (const storage::ServiceRecord& service : stored) {
    const bool replaced = service.declared && !options.shares.empty();
    if (replaced || options.targets.allows_host(service.host)) continue;
    problems.warn("the stored service " + service.name +
                  " cannot be reached: " + target_not_allowed(service.host));
  }
}

}  // namespace ngcshare
