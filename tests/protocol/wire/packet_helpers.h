// Helpers of the packet tests and the fuzzers: bytes from hex, comparing and encoding packets.
#pragma once

#include <algorithm>
#include <cassert>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "protocol/wire/packet.h"

namespace ngcshare::test {

using ByteVector = std::vector<uint8_t>;

inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// REQUIRES: pairs of lower-case hex digits; spaces between pairs are skipped.
inline ByteVector from_hex(std::string_view hex) {
  ByteVector bytes;
  for (size_t i = 0; i < hex.size();) {
    if (hex[i] == ' ') {
      ++i;
      continue;
    }
    assert(i + 1 < hex.size() && hex_digit(hex[i]) >= 0 && hex_digit(hex[i + 1]) >= 0);
    bytes.push_back(static_cast<uint8_t>(hex_digit(hex[i]) * 16 + hex_digit(hex[i + 1])));
    i += 2;
  }
  return bytes;
}

inline std::string to_hex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0xF];
  }
  return hex;
}

inline bool same_bytes(Bytes a, Bytes b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// Equality of packets; those that point at bytes are compared by the bytes.
inline bool same(const Packet& a, const Packet& b) {
  if (a.index() != b.index()) return false;
  return std::visit(
      [&b](const auto& left) {
        using P = std::decay_t<decltype(left)>;
        const P& right = std::get<P>(b);
        if constexpr (std::is_same_v<P, StreamData> || std::is_same_v<P, Datagram>) {
          return left.mapping_id == right.mapping_id && same_bytes(left.bytes, right.bytes);
        } else if constexpr (std::is_same_v<P, Fragment>) {
          return left.mapping_id == right.mapping_id && left.number == right.number &&
                 left.index == right.index && left.count == right.count &&
                 same_bytes(left.bytes, right.bytes);
        } else {
          return left == right;
        }
      },
      a);
}

struct Encoded {
  Outgoing where;
  ByteVector body;
};

inline Encoded encoded(const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_packet(packet, frame);
  return {where, {frame.body().begin(), frame.body().end()}};
}

inline Encoded encoded_copy(const Packet& packet) {
  Frame frame;
  const Outgoing where = encode_control_copy(packet, frame);
  return {where, {frame.body().begin(), frame.body().end()}};
}

// Returns true if a packet may travel as a control copy.
inline bool is_control(const Packet& packet) {
  return !std::holds_alternative<StreamData>(packet) && !std::holds_alternative<Datagram>(packet) &&
         !std::holds_alternative<Fragment>(packet) && !std::holds_alternative<Hello>(packet);
}

}  // namespace ngcshare::test
