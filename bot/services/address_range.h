// Names the special ranges of IP addresses: which ones are private, link-local, and so on.
#pragma once

#include <asio/ip/address.hpp>
#include <string_view>

namespace ngcshare {

enum class AddressKind {
  kPublic,
  kPrivate,    // RFC 1918, carrier-grade NAT, IPv6 unique local
  kLoopback,   // this machine
  kLinkLocal,  // the metadata service of most clouds among them
  kMetadata,   // a cloud's metadata service at an address outside the link-local range
  kMulticast,
  kReserved,  // unspecified, broadcast, Teredo and others that are no host's address
};

// The range around one address.
struct AddressRange {
  AddressKind kind = AddressKind::kPublic;
  int prefix_length = 0;
};

// Returns the same address without a scope, and an IPv4 address for an IPv4-mapped one, because
// ::ffff:192.0.2.1 reaches 192.0.2.1.
asio::ip::address plain(const asio::ip::address& address);

// Returns the most specific special range that contains `address`, or kPublic if none does. An
// address that contains an IPv4 address and reaches it through a translator (NAT64, 6to4,
// IPv4-compatible) is as special as that one. REQUIRES: `address` is plain().
AddressRange range_of(const asio::ip::address& address);

// Returns text such as "link-local".
std::string_view to_string(AddressKind kind);

}  // namespace ngcshare
