// Encodes and decodes the four packets of Tox's DHT that tell at which address others see us. No
// I/O.
//
//   type 1 | sender's key 32 | nonce 24 | box
//   0x00 ping request, 0x01 ping response: box of type 1 | id 8
//   0x02 nodes request: box of wanted key 32 | id 8
//   0x04 nodes response: box of count 1 | nodes | id 8
//
// A node in a response: family 1 (2, 10: UDP; 130, 138: TCP; IPv4, IPv6) | address 4 or 16 | port
// 2, big-endian | key 32. An answer repeats the id of its request.
#pragma once

#include <array>
#include <asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "bot/base/key.h"
#include "protocol/base/bytes.h"
#include "protocol/base/entropy.h"

namespace ngcshare::dht {

struct KeyPair {
  Key public_key{};
  Key secret_key{};
};

// Returns the number of leading bits that two keys have in common.
size_t common_bits(const Key& a, const Key& b);
KeyPair make_key_pair(Entropy& entropy);

using Id = std::array<uint8_t, 8>;

struct ListedNode {
  bool udp = false;
  asio::ip::address address;
  uint16_t port = 0;
  Key key{};

  bool operator==(const ListedNode&) const = default;
};

struct PingRequest {
  Id id{};
};
struct NodesResponse {
  std::vector<ListedNode> nodes;  // at most kMostNodes
  Id id{};
};
using Message = std::variant<PingRequest, NodesResponse>;

inline constexpr size_t kMostNodes = 4;
// Larger than any packet of these types.
inline constexpr size_t kMaxPacketBytes = 512;

std::vector<uint8_t> encode_nodes_request(const KeyPair& own, const Key& node, const Key& wanted,
                                          const Id& id, Entropy& entropy);
std::vector<uint8_t> encode_ping_response(const KeyPair& own, const Key& node, const Id& id,
                                          Entropy& entropy);

// Returns the claimed sender, or nullopt if the packet is of none of the types that decode() takes.
std::optional<Key> sender_of(Bytes packet);
// Returns nullopt if the packet is of another type, not from sender_of() to `own`, or malformed.
std::optional<Message> decode(Bytes packet, const KeyPair& own);

// The steps of decode() after decryption.
std::optional<PingRequest> decode_ping_request(Bytes plain);
std::optional<NodesResponse> decode_nodes_response(Bytes plain);

// The node's side, for tests.
std::vector<uint8_t> encode_ping_request(const KeyPair& node, const Key& to, const Id& id,
                                         Entropy& entropy);
std::vector<uint8_t> encode_nodes_response(const KeyPair& node, const Key& to,
                                           const NodesResponse& response, Entropy& entropy);
struct NodesRequest {
  Key sender{};
  Key wanted{};
  Id id{};
};
std::optional<NodesRequest> decode_nodes_request(Bytes packet, const KeyPair& node);

}  // namespace ngcshare::dht
