#include "bot/invitation/node_address.h"

#include <arpa/inet.h>

#include "bot/base/host_name.h"

namespace ngcshare {
namespace {

constexpr uint8_t kName = 1;
constexpr uint8_t kIpv4 = 4;
constexpr uint8_t kIpv6 = 6;
constexpr size_t kIpv4Bytes = 4;
constexpr size_t kIpv6Bytes = 16;

bool is_name(const std::string& host) {
  return is_valid_host(host) && host.find(':') == std::string::npos;
}

std::vector<uint8_t> encode_host(const std::string& host) {
  std::vector<uint8_t> bytes(1 + kIpv6Bytes);
  if (::inet_pton(AF_INET, host.c_str(), bytes.data() + 1) == 1) {
    bytes[0] = kIpv4;
    bytes.resize(1 + kIpv4Bytes);
    return bytes;
  }
  if (::inet_pton(AF_INET6, host.c_str(), bytes.data() + 1) == 1) {
    bytes[0] = kIpv6;
    return bytes;
  }
  if (!is_name(host)) return {};
  bytes = {kName, static_cast<uint8_t>(host.size())};
  bytes.insert(bytes.end(), host.begin(), host.end());
  return bytes;
}

std::optional<std::string> read_address(ByteReader& reader, int family, size_t size) {
  const auto bytes = reader.read_bytes(size);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (!bytes || ::inet_ntop(family, bytes->data(), text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  return std::string(text.data());
}

std::optional<std::string> read_name(ByteReader& reader) {
  const auto length = reader.read<uint8_t>();
  const auto bytes = length ? reader.read_bytes(*length) : std::nullopt;
  if (!bytes) return std::nullopt;
  const std::string name(bytes->begin(), bytes->end());
  std::array<uint8_t, kIpv4Bytes> address{};
  // An address has to be written as one, so that a link has one form.
  const bool is_address = ::inet_pton(AF_INET, name.c_str(), address.data()) == 1;
  return is_name(name) && !is_address ? std::optional(name) : std::nullopt;
}

std::optional<std::string> read_host(ByteReader& reader) {
  switch (reader.read<uint8_t>().value_or(0)) {
    case kIpv4:
      return read_address(reader, AF_INET, kIpv4Bytes);
    case kIpv6:
      return read_address(reader, AF_INET6, kIpv6Bytes);
    case kName:
      return read_name(reader);
    default:
      return std::nullopt;
  }
}

void append_port(std::vector<uint8_t>& bytes, uint16_t port) {
  bytes.push_back(static_cast<uint8_t>(port & 0xFF));
  bytes.push_back(static_cast<uint8_t>(port >> 8));
}

}  // namespace

std::vector<uint8_t> encode_node(const InvitationNode& node) {
  std::vector<uint8_t> bytes = encode_host(node.host);
  if (bytes.empty() || node.port == 0) return {};
  append_port(bytes, node.port);
  append_port(bytes, node.tcp_port);
  bytes.insert(bytes.end(), node.key.begin(), node.key.end());
  return bytes;
}

std::optional<InvitationNode> read_node(ByteReader& reader) {
  const auto host = read_host(reader);
  if (!host) return std::nullopt;
  const auto port = reader.read<uint16_t>();
  const auto tcp_port = reader.read<uint16_t>();
  InvitationNode node{.host = *host};
  const auto key = reader.read_bytes(node.key.size());
  if (!port || *port == 0 || !tcp_port || !key) return std::nullopt;
  node.port = *port;
  node.tcp_port = *tcp_port;
  std::copy(key->begin(), key->end(), node.key.begin());
  return node;
}

}  // namespace ngcshare
