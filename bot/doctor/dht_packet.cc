#include "bot/doctor/dht_packet.h"

#include <sodium.h>

#include <algorithm>
#include <bit>

namespace ngcshare::dht {
namespace {

constexpr uint8_t kPingRequest = 0x00;
constexpr uint8_t kPingResponse = 0x01;
constexpr uint8_t kNodesRequest = 0x02;
constexpr uint8_t kNodesResponse = 0x04;

constexpr uint8_t kUdp4 = 2;
constexpr uint8_t kUdp6 = 10;
constexpr uint8_t kTcp4 = 130;
constexpr uint8_t kTcp6 = 138;

constexpr size_t kKeyBytes = crypto_box_PUBLICKEYBYTES;
constexpr size_t kHeaderBytes = 1 + kKeyBytes + crypto_box_NONCEBYTES;

void fill(std::span<uint8_t> bytes, Entropy& entropy) {
  for (size_t i = 0; i < bytes.size(); i += 4) {
    const uint32_t word = entropy.next_u32();
    for (size_t j = i; j < std::min(i + 4, bytes.size()); ++j) {
      bytes[j] = static_cast<uint8_t>(word >> (8 * (j - i)));
    }
  }
}

void append(std::vector<uint8_t>& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

template <size_t kCount>
std::optional<std::array<uint8_t, kCount>> read_array(ByteReader& reader) {
  const auto bytes = reader.read_bytes(kCount);
  if (!bytes) return std::nullopt;
  std::array<uint8_t, kCount> copy{};
  std::copy(bytes->begin(), bytes->end(), copy.begin());
  return copy;
}

std::vector<uint8_t> seal(uint8_t type, const KeyPair& own, const Key& to, Bytes plain,
                          Entropy& entropy) {
  std::vector<uint8_t> packet(kHeaderBytes + crypto_box_MACBYTES + plain.size());
  packet[0] = type;
  std::copy(own.public_key.begin(), own.public_key.end(), packet.begin() + 1);
  const auto nonce = std::span(packet).subspan(1 + kKeyBytes, crypto_box_NONCEBYTES);
  fill(nonce, entropy);
  // Fails if `to` is a weak key (a point of small order); the packet then has no content.
  [[maybe_unused]] const int failed =
      crypto_box_easy(packet.data() + kHeaderBytes, plain.data(), plain.size(), nonce.data(),
                      to.data(), own.secret_key.data());
  return packet;
}

std::optional<std::vector<uint8_t>> open(Bytes packet, const KeyPair& own) {
  if (packet.size() < kHeaderBytes + crypto_box_MACBYTES || packet.size() > kMaxPacketBytes) {
    return std::nullopt;
  }
  const Bytes box = packet.subspan(kHeaderBytes);
  std::vector<uint8_t> plain(box.size() - crypto_box_MACBYTES);
  if (crypto_box_open_easy(plain.data(), box.data(), box.size(), packet.data() + 1 + kKeyBytes,
                           packet.data() + 1, own.secret_key.data()) != 0) {
    return std::nullopt;
  }
  return plain;
}

std::optional<asio::ip::address> read_address(ByteReader& reader, bool v6) {
  if (v6) {
    const auto bytes = read_array<16>(reader);
    if (!bytes) return std::nullopt;
    return asio::ip::make_address_v6(*bytes);
  }
  const auto bytes = read_array<4>(reader);
  if (!bytes) return std::nullopt;
  return asio::ip::make_address_v4(*bytes);
}

std::optional<ListedNode> read_node(ByteReader& reader) {
  const auto family = reader.read<uint8_t>();
  const bool v4 = family == kUdp4 || family == kTcp4;
  if (!v4 && family != kUdp6 && family != kTcp6) return std::nullopt;
  const auto address = read_address(reader, !v4);
  const auto high = reader.read<uint8_t>();
  const auto low = reader.read<uint8_t>();
  const auto key = read_array<kKeyBytes>(reader);
  if (!address || !high || !low || !key) return std::nullopt;
  return ListedNode{family == kUdp4 || family == kUdp6, *address,
                    static_cast<uint16_t>(*high << 8U | *low), *key};
}

void append_node(std::vector<uint8_t>& to, const ListedNode& node) {
  if (node.address.is_v4()) {
    to.push_back(node.udp ? kUdp4 : kTcp4);
    append(to, node.address.to_v4().to_bytes());
  } else {
    to.push_back(node.udp ? kUdp6 : kTcp6);
    append(to, node.address.to_v6().to_bytes());
  }
  to.push_back(static_cast<uint8_t>(node.port >> 8U));
  to.push_back(static_cast<uint8_t>(node.port));
  append(to, node.key);
}

std::vector<uint8_t> ping(uint8_t type, const Id& id) {
  std::vector<uint8_t> plain = {type};
  append(plain, id);
  return plain;
}

}  // namespace

size_t common_bits(const Key& a, const Key& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    const auto difference = static_cast<uint8_t>(a[i] ^ b[i]);
    if (difference != 0) return 8 * i + static_cast<size_t>(std::countl_zero(difference));
  }
  return 8 * a.size();
}

KeyPair make_key_pair(Entropy& entropy) {
  KeyPair pair;
  fill(pair.secret_key, entropy);
  crypto_scalarmult_base(pair.public_key.data(), pair.secret_key.data());
  return pair;
}

std::vector<uint8_t> encode_nodes_request(const KeyPair& own, const Key& node, const Key& wanted,
                                          const Id& id, Entropy& entropy) {
  std::vector<uint8_t> plain(wanted.begin(), wanted.end());
  append(plain, id);
  return seal(kNodesRequest, own, node, plain, entropy);
}

std::vector<uint8_t> encode_ping_response(const KeyPair& own, const Key& node, const Id& id,
                                          Entropy& entropy) {
  return seal(kPingResponse, own, node, ping(kPingResponse, id), entropy);
}

std::vector<uint8_t> encode_ping_request(const KeyPair& node, const Key& to, const Id& id,
                                         Entropy& entropy) {
  return seal(kPingRequest, node, to, ping(kPingRequest, id), entropy);
}

std::vector<uint8_t> encode_nodes_response(const KeyPair& node, const Key& to,
                                           const NodesResponse& response, Entropy& entropy) {
  std::vector<uint8_t> plain = {static_cast<uint8_t>(response.nodes.size())};
  for (const ListedNode& listed : response.nodes) append_node(plain, listed);
  append(plain, response.id);
  return seal(kNodesResponse, node, to, plain, entropy);
}

std::optional<Key> sender_of(Bytes packet) {
  ByteReader reader(packet);
  const auto type = reader.read<uint8_t>();
  if (type != kPingRequest && type != kNodesResponse) return std::nullopt;
  return read_array<kKeyBytes>(reader);
}

std::optional<PingRequest> decode_ping_request(Bytes plain) {
  ByteReader reader(plain);
  const auto type = reader.read<uint8_t>();
  const auto id = read_array<8>(reader);
  if (type != kPingRequest || !id || !reader.empty()) return std::nullopt;
  return PingRequest{*id};
}

std::optional<NodesResponse> decode_nodes_response(Bytes plain) {
  ByteReader reader(plain);
  const auto count = reader.read<uint8_t>();
  if (!count || *count > kMostNodes) return std::nullopt;
  NodesResponse response;
  for (size_t i = 0; i < *count; ++i) {
    const auto node = read_node(reader);
    if (!node) return std::nullopt;
    response.nodes.push_back(*node);
  }
  const auto id = read_array<8>(reader);
  if (!id || !reader.empty()) return std::nullopt;
  response.id = *id;
  return response;
}

std::optional<Message> decode(Bytes packet, const KeyPair& own) {
  if (!sender_of(packet)) return std::nullopt;
  const auto plain = open(packet, own);
  if (!plain) return std::nullopt;
  if (packet[0] == kPingRequest) {
    const auto request = decode_ping_request(*plain);
    if (!request) return std::nullopt;
    return *request;
  }
  const auto response = decode_nodes_response(*plain);
  if (!response) return std::nullopt;
  return *response;
}

std::optional<NodesRequest> decode_nodes_request(Bytes packet, const KeyPair& node) {
  ByteReader header(packet);
  if (header.read<uint8_t>() != kNodesRequest) return std::nullopt;
  const auto sender = read_array<kKeyBytes>(header);
  const auto plain = open(packet, node);
  if (!sender || !plain) return std::nullopt;
  ByteReader reader(*plain);
  const auto wanted = read_array<kKeyBytes>(reader);
  const auto id = read_array<8>(reader);
  if (!wanted || !id || !reader.empty()) return std::nullopt;
  return NodesRequest{*sender, *wanted, *id};
}

}  // namespace ngcshare::dht
