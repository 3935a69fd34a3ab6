#include "bot/invitation/link.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "bot/invitation/base64.h"
#include "bot/invitation/node_address.h"
#include "protocol/base/bytes.h"

namespace ngcshare {
namespace {

constexpr uint8_t kVersion = 1;
constexpr uint8_t kPrivate = 1;  // bits of the flags
constexpr uint8_t kOwnNetwork = 2;
constexpr size_t kChecksumBytes = 4;
constexpr size_t kAddressBytes = InvitationLink::kToxIdBytes - 2;  // without toxcore's checksum
constexpr size_t kMostText = (InvitationLink::kMostBytes * 4 + 2) / 3;

using Buffer = std::vector<uint8_t>;

// Returns the CRC-32 of IEEE 802.3.
uint32_t checksum(Bytes bytes) {
  constexpr uint32_t kPolynomial = 0xEDB88320;
  uint32_t sum = 0xFFFFFFFF;
  for (const uint8_t byte : bytes) {
    sum ^= byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? kPolynomial : 0);
  }
  return ~sum;
}

void append(Buffer& buffer, Bytes bytes) {
  buffer.insert(buffer.end(), bytes.begin(), bytes.end());
}

// Appends the number of nodes and those that fit. Returns false if none does.
bool append_nodes(Buffer& buffer, const std::vector<InvitationNode>& nodes) {
  const size_t count_at = buffer.size();
  buffer.push_back(0);
  for (const InvitationNode& node : nodes) {
    const Buffer bytes = encode_node(node);
    const bool fits = buffer.size() + bytes.size() + kChecksumBytes <= InvitationLink::kMostBytes;
    if (bytes.empty() || !fits || buffer[count_at] == InvitationLink::kMostNodes) continue;
    append(buffer, bytes);
    ++buffer[count_at];
  }
  return buffer[count_at] != 0;
}

// A Tox ID ends with all its other pairs of bytes, added without carry.
void complete_tox_id(InvitationLink& link) {
  for (size_t i = 0; i < kAddressBytes; ++i) link.tox_id[kAddressBytes + i % 2] ^= link.tox_id[i];
}

template <size_t kSize>
bool read_array(ByteReader& reader, std::array<uint8_t, kSize>& array, size_t count = kSize) {
  const auto bytes = reader.read_bytes(count);
  if (bytes) std::copy(bytes->begin(), bytes->end(), array.begin());
  return bytes.has_value();
}

bool read_flags(ByteReader& reader, InvitationLink& link) {
  const auto flags = reader.read<uint8_t>();
  if (!flags || (*flags & ~(kPrivate | kOwnNetwork)) != 0) return false;
  link.is_private = (*flags & kPrivate) != 0;
  link.own_network = (*flags & kOwnNetwork) != 0;
  return true;
}

bool read_password(ByteReader& reader, InvitationLink& link) {
  const auto length = reader.read<uint8_t>();
  if (!length || *length > InvitationLink::kMostPasswordBytes) return false;
  const auto bytes = reader.read_bytes(*length);
  if (bytes) link.password.assign(bytes->begin(), bytes->end());
  return bytes.has_value();
}

bool read_nodes(ByteReader& reader, InvitationLink& link) {
  const auto count = reader.read<uint8_t>();
  if (!count || *count > InvitationLink::kMostNodes) return false;
  for (size_t i = 0; i < *count; ++i) {
    const auto node = read_node(reader);
    if (!node) return false;
    link.nodes.push_back(*node);
  }
  return true;
}

// Reads what follows the version.
std::optional<InvitationLink> read_link(ByteReader& reader) {
  InvitationLink link;
  const bool good = read_flags(reader, link) && read_array(reader, link.chat_id) &&
                    read_array(reader, link.tox_id, kAddressBytes) &&
                    read_array(reader, link.secret) && read_password(reader, link) &&
                    read_nodes(reader, link) && reader.empty();
  if (!good || (link.own_network && link.nodes.empty())) return std::nullopt;
  complete_tox_id(link);
  return link;
}

// Returns the bytes before the checksum, or nothing if the text is damaged.
Buffer checked_bytes(std::string_view text) {
  auto decoded = text.size() <= kMostText ? parse_base64(text) : std::nullopt;
  if (!decoded || decoded->size() <= kChecksumBytes) return {};
  Buffer& bytes = *decoded;
  const Bytes content = Bytes(bytes).first(bytes.size() - kChecksumBytes);
  ByteReader tail(Bytes(bytes).last(kChecksumBytes));
  if (tail.read<uint32_t>() != checksum(content)) return {};
  bytes.resize(content.size());
  return std::move(bytes);
}

}  // namespace

bool is_meant_as_link(std::string_view text) {
  constexpr size_t kLeast = 64;  // longer than a command's name, shorter than any link
  return text.starts_with(InvitationLink::kScheme) && text.size() >= kLeast &&
         text.find_first_of(" \t\n") == std::string_view::npos;
}

std::string to_text(const InvitationLink& link) {
  Buffer bytes{kVersion, link.is_private ? kPrivate : uint8_t{0}};
  append(bytes, link.chat_id);
  append(bytes, Bytes(link.tox_id).first(kAddressBytes));
  append(bytes, link.secret);
  bytes.push_back(static_cast<uint8_t>(link.password.size()));
  bytes.insert(bytes.end(), link.password.begin(), link.password.end());
  const bool has_nodes = append_nodes(bytes, link.nodes);
  if (link.own_network && has_nodes) bytes[1] |= kOwnNetwork;
  const uint32_t sum = checksum(bytes);
  for (size_t i = 0; i < kChecksumBytes; ++i) {
    bytes.push_back(static_cast<uint8_t>(sum >> (8 * i)));
  }
  return std::string(InvitationLink::kScheme) + to_base64(bytes);
}

std::variant<InvitationLink, InvitationLinkError> parse_invitation_link(std::string_view text) {
  if (!text.starts_with(InvitationLink::kScheme)) {
    return InvitationLinkError{"an invitation link begins with ngcshare:"};
  }
  const Buffer bytes = checked_bytes(text.substr(InvitationLink::kScheme.size()));
  if (bytes.empty()) {
    return InvitationLinkError{
        "the invitation link is cut off or has a typing error; copy all of it again"};
  }
  ByteReader reader(bytes);
  if (reader.read<uint8_t>() != kVersion) {
    return InvitationLinkError{
        "the invitation link is for a newer ngcshare; update this one, or ask for the chat id"};
  }
  if (auto link = read_link(reader)) return std::move(*link);
  return InvitationLinkError{
      "the invitation link is not valid; ask for another one, or for the chat id"};
}

}  // namespace ngcshare
