#include "bot/services/target_policy.h"

#include <algorithm>
#include <utility>

#include "bot/base/ascii.h"
#include "bot/base/host_name.h"
#include "bot/services/address_range.h"

namespace ngcshare {
namespace {

// Returns true if the text can only be meant as an address: digits and dots alone, or a colon.
bool looks_like_address(std::string_view text) {
  return text.find(':') != std::string_view::npos ||
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_address(const std::string& host) {
  asio::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

// Returns true for names that no public DNS zone contains, so that only the local network's own
// name service answers for them: a container's name, nas.local, printer.home.arpa.
bool is_local_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.find('.') == std::string_view::npos) return true;
  constexpr std::string_view kLocalZones[] = {".local", ".lan",  ".internal",    ".home.arpa",
                                              ".home",  ".corp", ".localdomain", ".test"};
  return std::any_of(std::begin(kLocalZones), std::end(kLocalZones),
                     [&](std::string_view zone) { return name.ends_with(zone); });
}

}  // namespace

std::optional<TargetPolicy::Network> TargetPolicy::parse_network(const std::string& text) {
  asio::error_code error;
  if (text.find('/') != std::string::npos) {
    const auto v4 = asio::ip::make_network_v4(text, error);
    if (!error) return v4;
    const auto v6 = asio::ip::make_network_v6(text, error);
    return error ? std::nullopt : std::optional<Network>(v6);
  }
  const auto address = plain(asio::ip::make_address(text, error));
  if (error) return std::nullopt;
  if (address.is_v4()) return asio::ip::network_v4(address.to_v4(), 32);
  return asio::ip::network_v6(address.to_v6(), 128);
}

bool TargetPolicy::allow(std::string_view text) {
  if (auto network = parse_network(std::string(text))) {
    networks_.push_back(*network);
    return true;
  }
  const size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  if (!is_valid_host(name) || looks_like_address(name)) return false;
  Host host{lowered(name), std::nullopt};
  if (equals != std::string_view::npos) {
    host.network = parse_network(std::string(text.substr(equals + 1)));
    if (!host.network) return false;
  }
  hosts_.push_back(std::move(host));
  return true;
}

bool TargetPolicy::allows_host(const std::string& host) const {
  asio::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) return allows_address(host, address);
  return is_localhost(host) || std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& listed) {
           return listed.name == lowered(host);
         });
}

// Two networks that contain the same address contain one another. A network that reaches beyond a
// special range, such as 0.0.0.0/0, does not name that range; of private ones it does, because
// whoever lists it means hosts.
bool TargetPolicy::admits(const Network& network, const asio::ip::address& address) {
  const auto contains = [&](const auto& one, const auto& within) {
    const AddressRange range = range_of(address);
    const bool is_ordinary =
        range.kind == AddressKind::kPublic || range.kind == AddressKind::kPrivate;
    if (!is_ordinary && one.prefix_length() < range.prefix_length) return false;
    using Same = std::decay_t<decltype(one)>;
    // hosts() would leave out the network's first and last address.
    return Same(within, one.prefix_length()).canonical() == one.canonical();
  };
  if (const auto* v4 = std::get_if<asio::ip::network_v4>(&network)) {
    return address.is_v4() && contains(*v4, address.to_v4());
  }
  return address.is_v6() && contains(std::get<asio::ip::network_v6>(network), address.to_v6());
}

bool TargetPolicy::allows_address(const std::string& host, const asio::ip::address& address) const {
  const asio::ip::address wanted = plain(address);
  const bool by_name = !is_address(host) && !is_localhost(host);
  if (!by_name && wanted.is_loopback()) return true;
  if (std::any_of(networks_.begin(), networks_.end(),
                  [&](const Network& network) { return admits(network, wanted); })) {
    return true;
  }
  if (!by_name) return false;
  const std::string name = lowered(host);
  const AddressKind kind = range_of(wanted).kind;
  const bool is_usual =
      kind == AddressKind::kPublic || (kind == AddressKind::kPrivate && is_local_name(name));
  return std::any_of(hosts_.begin(), hosts_.end(), [&](const Host& listed) {
    if (listed.name != name) return false;
    return listed.network ? admits(*listed.network, wanted) : is_usual;
  });
}

std::string address_not_allowed(const std::string& host, const asio::ip::address& address) {
  const std::string text = plain(address).to_string();
  const std::string kind(to_string(range_of(plain(address)).kind));
  const std::string what =
      is_address(host) ? "target " + host + " is " : host + " resolves to " + text + ", which is ";
  return what + kind + " and not allowed; to permit it, add --allow-target " +
         (is_address(host) ? text : host + "=" + text);
}

}  // namespace ngcshare
