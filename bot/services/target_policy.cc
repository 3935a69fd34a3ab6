#include "bot/services/target_policy.h"

#include <algorithm>

#include "bot/base/ascii.h"
#include "bot/base/host_name.h"

namespace ngcshare {
namespace {

template <typename Network, typename Address>
bool contains(const Network& network, const Address& address) {
  // hosts() would leave out the network's first and last address.
  return Network(address, network.prefix_length()).canonical() == network.canonical();
}

// Returns the IPv4 address for an IPv4-mapped one: ::ffff:192.0.2.1 reaches 192.0.2.1.
asio::ip::address unmapped(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

// Returns true if the text can only be meant as an address: digits and dots alone, or a colon.
bool looks_like_address(std::string_view text) {
  return text.find(':') != std::string_view::npos ||
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

bool TargetPolicy::allow(std::string_view cidr_or_host) {
  const std::string text(cidr_or_host);
  asio::error_code error;
  if (text.find('/') != std::string::npos) {
    const auto v4 = asio::ip::make_network_v4(text, error);
    if (!error) {
      networks_v4_.push_back(v4);
      return true;
    }
    const auto v6 = asio::ip::make_network_v6(text, error);
    if (!error) networks_v6_.push_back(v6);
    return !error;
  }
  const auto address = unmapped(asio::ip::make_address(text, error));
  if (!error && address.is_v4()) {
    networks_v4_.emplace_back(address.to_v4(), 32);
  } else if (!error) {
    networks_v6_.emplace_back(address.to_v6(), 128);
  } else if (is_valid_host(text) && !looks_like_address(text)) {
    hosts_.push_back(lowered(text));
  } else {
    return false;
  }
  return true;
}

bool TargetPolicy::lists_host(const std::string& host) const {
  return std::find(hosts_.begin(), hosts_.end(), lowered(host)) != hosts_.end();
}

bool TargetPolicy::allows_host(const std::string& host) const {
  asio::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) return allows_address(host, address);
  return lowered(host) == "localhost" || lists_host(host);
}

bool TargetPolicy::allows_address(const std::string& host, const asio::ip::address& address) const {
  if (lists_host(host)) return true;
  const asio::ip::address plain = unmapped(address);
  if (plain.is_loopback()) return true;
  if (plain.is_v4()) {
    return std::any_of(networks_v4_.begin(), networks_v4_.end(),
                       [&](const auto& network) { return contains(network, plain.to_v4()); });
  }
  return std::any_of(networks_v6_.begin(), networks_v6_.end(),
                     [&](const auto& network) { return contains(network, plain.to_v6()); });
}

}  // namespace ngcshare
