#include "bot/services/address_range.h"

#include <algorithm>
#include <array>
#include <asio/ip/address_v4.hpp>
#include <asio/ip/address_v6.hpp>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

namespace ngcshare {
namespace {

using asio::ip::address_v4;
using asio::ip::address_v6;
using enum AddressKind;

struct RangeV4 {
  std::array<uint8_t, 4> first;
  AddressRange range;
};

struct RangeV6 {
  std::array<uint8_t, 16> first;
  AddressRange range;
};

// More specific ranges stand first.
constexpr RangeV4 kRangesV4[] = {
    {{100, 100, 100, 200}, {kMetadata, 32}},  // Alibaba Cloud
    {{168, 63, 129, 16}, {kMetadata, 32}},    // Azure
    {{192, 0, 0, 192}, {kMetadata, 32}},      // Oracle Cloud
    {{192, 0, 0, 0}, {kReserved, 24}},       {{169, 254, 0, 0}, {kLinkLocal, 16}},
    {{192, 168, 0, 0}, {kPrivate, 16}},      {{172, 16, 0, 0}, {kPrivate, 12}},
    {{100, 64, 0, 0}, {kPrivate, 10}},       {{10, 0, 0, 0}, {kPrivate, 8}},
    {{127, 0, 0, 0}, {kLoopback, 8}},        {{0, 0, 0, 0}, {kReserved, 8}},
    {{224, 0, 0, 0}, {kMulticast, 4}},       {{240, 0, 0, 0}, {kReserved, 4}},
};

constexpr RangeV6 kRangesV6[] = {
    {{}, {kReserved, 128}},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, {kLoopback, 128}},
    {{0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54}, {kMetadata, 128}},  // AWS
    {{0xFD, 0x20, 0x00, 0xCE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54},
     {kMetadata, 128}},                                       // Google Cloud
    {{0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, {kReserved, 48}},  // NAT64 of a local network
    {{0x20, 0x01, 0x00, 0x00}, {kReserved, 32}},              // Teredo
    {{0xFE, 0x80}, {kLinkLocal, 10}},
    {{0xFE, 0xC0}, {kPrivate, 10}},  // site-local, deprecated
    {{0xFC, 0x00}, {kPrivate, 7}},
    {{0xFF, 0x00}, {kMulticast, 8}},
};

// A prefix behind which the IPv4 address stands that is reached.
struct Translation {
  std::array<uint8_t, 16> first;
  int prefix_length;
};

constexpr Translation kTranslations[] = {
    {{0x00, 0x64, 0xFF, 0x9B}, 96},  // NAT64
    {{}, 96},                        // IPv4-compatible
    {{0x20, 0x02}, 16},              // 6to4
};

// Returns true if the two agree in the first `bits` bits.
bool agree(std::span<const uint8_t> one, std::span<const uint8_t> other, int bits) {
  const auto whole = static_cast<size_t>(bits / 8);
  if (!std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(whole), other.begin())) {
    return false;
  }
  const int rest = bits % 8;
  return rest == 0 || (one[whole] ^ other[whole]) >> (8 - rest) == 0;
}

template <typename Table>
AddressRange find_range(const Table& table, std::span<const uint8_t> address) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const auto& row) {
    return agree(row.first, address, row.range.prefix_length);
  });
  return found == std::end(table) ? AddressRange{} : found->range;
}

AddressRange translated(const Translation& translation, const address_v6::bytes_type& address) {
  const auto offset = static_cast<size_t>(translation.prefix_length / 8);
  AddressRange range = find_range(kRangesV4, std::span(address).subspan(offset, 4));
  if (range.kind != kPublic) range.prefix_length += translation.prefix_length;
  return range;
}

}  // namespace

asio::ip::address plain(const asio::ip::address& address) {
  if (address.is_v4()) return address;
  if (address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address_v6(address.to_v6().to_bytes());
}

AddressRange range_of(const asio::ip::address& address) {
  if (address.is_v4()) return find_range(kRangesV4, address.to_v4().to_bytes());
  const auto bytes = address.to_v6().to_bytes();
  const AddressRange own = find_range(kRangesV6, bytes);
  if (own.kind != kPublic) return own;
  for (const Translation& translation : kTranslations) {
    if (agree(translation.first, bytes, translation.prefix_length)) {
      return translated(translation, bytes);
    }
  }
  return {};
}

std::string_view to_string(AddressKind kind) {
  switch (kind) {
    case kPublic:
      return "public";
    case kPrivate:
      return "private";
    case kLoopback:
      return "loopback";
    case kLinkLocal:
      return "link-local";
    case kMetadata:
      return "the address of a cloud's metadata service";
    case kMulticast:
      return "multicast";
    case kReserved:
      return "reserved";
  }
  return "";
}

}  // namespace ngcshare
