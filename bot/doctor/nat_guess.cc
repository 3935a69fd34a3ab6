#include "bot/doctor/nat_guess.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace ngcshare {

NatGuess guess_nat(const std::vector<asio::ip::udp::endpoint>& seen, uint16_t own_port,
                   const std::vector<asio::ip::address>& own) {
  using Kind = NatGuess::Kind;
  if (seen.empty()) return {};
  NatGuess guess{.kind = Kind::kChanging, .nodes = seen.size(), .seen = seen.front()};
  const bool agree = std::all_of(seen.begin(), seen.end(),
                                 [&](const auto& endpoint) { return endpoint == seen.front(); });
  if (!agree) return guess;
  const bool is_own = std::find(own.begin(), own.end(), seen.front().address()) != own.end();
  const bool same_port = seen.front().port() == own_port;
  if (is_own && same_port) {
    guess.kind = Kind::kNone;
  } else if (seen.size() == 1) {
    guess.kind = Kind::kSomeNat;
  } else {
    guess.kind = same_port ? Kind::kKeepsPort : Kind::kSamePort;
  }
  return guess;
}

std::vector<asio::ip::address> local_addresses() {
  std::vector<asio::ip::address> addresses;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return addresses;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_UP) == 0) continue;
    if (entry->ifa_addr->sa_family == AF_INET) {
      sockaddr_in v4{};
      std::memcpy(&v4, entry->ifa_addr, sizeof(v4));
      addresses.emplace_back(asio::ip::address_v4(ntohl(v4.sin_addr.s_addr)));
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 v6{};
      std::memcpy(&v6, entry->ifa_addr, sizeof(v6));
      asio::ip::address_v6::bytes_type bytes{};
      std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
      addresses.emplace_back(asio::ip::address_v6(bytes));
    }
  }
  ::freeifaddrs(list);
  return addresses;
}

}  // namespace ngcshare
