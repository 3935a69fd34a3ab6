#include "bot/target/address.h"

#include <utility>

#include "bot/base/host_name.h"
#include "bot/base/log.h"

namespace ngcshare {
namespace {

// Returns the addresses of a host that needs no lookup; none for another one.
std::vector<asio::ip::address> known_addresses(const std::string& host) {
  asio::error_code not_numeric;
  const auto address = asio::ip::make_address(host, not_numeric);
  const asio::ip::address loopback = asio::ip::address_v4::loopback();
  if (is_localhost(host) || (!not_numeric && address == loopback)) {
    return {loopback, asio::ip::address_v6::loopback()};
  }
  if (!not_numeric) return {address};
  return {};
}

TargetAddresses divide(const std::vector<asio::ip::address>& addresses, const TargetPolicy& policy,
                       const Target& target) {
  TargetAddresses divided;
  for (const auto& address : addresses) {
    if (policy.allows_address(target.host, address)) {
      divided.allowed.emplace_back(address, target.port);
    } else {
      divided.refused.push_back(address);
    }
  }
  return divided;
}

}  // namespace

bool needs_no_lookup(const std::string& host) { return !known_addresses(host).empty(); }

void resolve_target(NameLookup& lookup, const TargetPolicy& policy, const Target& target,
                    std::function<void(TargetAddresses)> done) {
  const auto known = known_addresses(target.host);
  if (!known.empty()) {
    done(divide(known, policy, target));
    return;
  }
  lookup.start(target.host, [&policy, target, done = std::move(done)](const NameAnswer& answer) {
    TargetAddresses addresses = divide(answer.addresses, policy, target);
    addresses.error = answer.error;
    done(std::move(addresses));
  });
}

void warn_if_refused(const Target& target, const TargetAddresses& addresses) {
  if (!addresses.allowed.empty() || addresses.refused.empty()) return;
  log_warn("target.not_allowed", "{problem}", Field{"host", target.host},
           Field{"problem", address_not_allowed(target.host, addresses.refused.front())});
}

}  // namespace ngcshare
