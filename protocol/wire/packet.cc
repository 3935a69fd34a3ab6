#include "protocol/wire/packet.h"

#include <array>
#include <string_view>
#include <utility>

#include "protocol/base/text.h"

namespace ngcshare {
namespace {

// Sub-types on 0x9003. ngc_ft1's packet of that id is at most 4 bytes long, ours at least 5.
constexpr uint8_t kSubKill = 0xF1;
constexpr uint8_t kSubStreamData = 0xF2;
constexpr uint8_t kSubWindow = 0xF3;
constexpr size_t kMinDataBody = 5;

// First bytes on 0x9001. An Accept there begins with the msg_id of one of the receiver's offers,
// whose first byte is always less than kFirstMarkByte.
constexpr uint8_t kMarkHello = 0xF4;
constexpr uint8_t kMarkControlCopy = 0xF5;  // the low byte of the packet's id and its body follow
constexpr size_t kControlCopyHeader = 2;
constexpr uint8_t kMarkFragment = 0xF7;  // 0xF6 is kLinkMark

constexpr uint8_t kHelloAnswerWanted = 1;

bool is_marked(Bytes body) { return !body.empty() && body[0] >= kFirstMarkByte; }

std::optional<MsgId> read_msg_id(ByteReader& in) {
  const auto id = in.read<uint32_t>();
  if (!id || is_reserved_msg_id(*id)) return std::nullopt;
  return id;
}

std::optional<Packet> decode_offer(Bytes body) {
  ByteReader in(body);
  const auto id = read_msg_id(in);
  const auto type = in.read<uint8_t>();
  const auto port = in.read<uint16_t>();
  const auto name_length = in.read<uint8_t>();
  if (!id || !type || !port || !name_length) return std::nullopt;
  const auto name = in.read_bytes(*name_length);
  if (!name) return std::nullopt;
  Offer offer{*id, {(*type & 1) != 0, (*type & 2) != 0}, *port, {name->begin(), name->end()}, {}};
  if (offer.transports == TransportSet{} || !is_valid_service_name(offer.name)) {
    return std::nullopt;
  }
  auto tail = decode_extension(in.rest());
  if (!tail.ok) return std::nullopt;
  offer.extension = std::move(tail.extension);
  return offer;
}

// Accept and Ack-Acc: one id and an optional extension.
template <typename P>
std::optional<Packet> decode_answer(Bytes body) {
  ByteReader in(body);
  const auto id = read_msg_id(in);
  if (!id) return std::nullopt;
  auto tail = decode_extension(in.rest());
  if (!tail.ok) return std::nullopt;
  return P{*id, std::move(tail.extension)};
}

KillReason kill_reason(uint8_t raw) {
  const bool known = raw <= static_cast<uint8_t>(KillReason::kShutdown) ||
                     raw == static_cast<uint8_t>(KillReason::kAck);
  return known ? static_cast<KillReason>(raw) : KillReason::kUnspecified;
}

std::optional<Packet> decode_sub_typed(Bytes body) {
  ByteReader in(body);
  const auto sub_type = in.read<uint8_t>();
  const auto id = read_msg_id(in);
  if (!sub_type || !id) return std::nullopt;
  switch (*sub_type) {
    case kSubKill:
      return Kill{*id, kill_reason(in.read<uint8_t>().value_or(0))};
    case kSubStreamData:
      return StreamData{*id, in.rest()};
    case kSubWindow: {
      const auto limit = in.read<uint64_t>();
      if (!limit) return std::nullopt;
      return Window{*id, *limit};
    }
    default:
      return std::nullopt;
  }
}

std::optional<Packet> decode_data(Bytes body) {
  if (body.size() < kMinDataBody) return std::nullopt;
  // An unknown mark comes from a later version; it is no datagram that needs an answer.
  if (body[0] >= kFirstMarkByte) return decode_sub_typed(body);
  const auto datagram = decode_datagram(body);
  if (!datagram) return std::nullopt;
  return *datagram;
}

std::optional<Packet> decode_hello(Bytes body) {
  ByteReader in(body);
  const auto epoch = read_msg_id(in);
  const auto capabilities = in.read<uint32_t>();
  const auto peer_epoch = in.read<uint32_t>();
  const auto offered = in.read<uint64_t>();
  const auto heard = in.read<uint64_t>();
  const auto open = in.read<uint64_t>();
  const auto flags = in.read<uint8_t>();
  if (!epoch || !capabilities || !peer_epoch || !offered || !heard || !open || !flags) {
    return std::nullopt;
  }
  return Hello{*epoch,
               *capabilities,
               *peer_epoch,
               *offered,
               *heard,
               *open,
               (*flags & kHelloAnswerWanted) != 0};
}

std::optional<Packet> decode_fragment(Bytes body) {
  ByteReader in(body);
  const auto id = read_msg_id(in);
  const auto number = in.read<uint16_t>();
  const auto index = in.read<uint8_t>();
  const auto count = in.read<uint8_t>();
  if (!id || !count || *count > kMaxFragments || *index >= *count) return std::nullopt;
  if (in.rest().size() > kFragmentBytes) return std::nullopt;
  return Fragment{*id, *number, *index, *count, in.rest()};
}

std::optional<Packet> decode_base(PacketId id, Bytes body) {
  switch (id) {
    case PacketId::kOffer:
      return decode_offer(body);
    case PacketId::kAccept:
      return decode_answer<Accept>(body);
    case PacketId::kAckAcc:
      return decode_answer<AckAcc>(body);
    case PacketId::kData:
      return decode_sub_typed(body);
  }
  return std::nullopt;
}

// Reads the packet in a control copy: any but stream bytes, whose order matters, and marked
// packets, which are lossy themselves.
std::optional<Packet> decode_control_copy(Bytes copy) {
  if (copy.empty() || copy[0] > static_cast<uint8_t>(PacketId::kData)) return std::nullopt;
  const auto id = static_cast<PacketId>(copy[0]);
  const Bytes body = copy.subspan(1);
  if (id == PacketId::kAccept && is_marked(body)) return std::nullopt;
  auto packet = decode_base(id, body);
  if (packet && std::holds_alternative<StreamData>(*packet)) return std::nullopt;
  return packet;
}

std::optional<Packet> decode_marked(Bytes body) {
  switch (body[0]) {
    case kMarkHello:
      return decode_hello(body.subspan(1));
    case kMarkControlCopy:
      return decode_control_copy(body.subspan(1));
    case kMarkFragment:
      return decode_fragment(body.subspan(1));
    default:
      return std::nullopt;
  }
}

uint64_t fnv1a(Bytes bytes) {
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (const uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001B3ULL;
  return hash;
}

void write_text(ByteWriter& out, std::string_view text) {
  out.write_bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void write_tail(ByteWriter& out, const std::optional<Extension>& extension) {
  if (extension) encode_extension(*extension, out);
}

// Writes one packet's body and returns where the packet belongs.
struct BodyWriter {
  ByteWriter& out;

  Outgoing operator()(const Offer& offer) const {
    assert(is_valid_service_name(offer.name));
    out.write<uint32_t>(offer.id);
    out.write<uint8_t>(
        static_cast<uint8_t>((offer.transports.tcp ? 1 : 0) | (offer.transports.udp ? 2 : 0)));
    out.write<uint16_t>(offer.suggested_port);
    out.write<uint8_t>(static_cast<uint8_t>(offer.name.size()));
    write_text(out, offer.name);
    write_tail(out, offer.extension);
    return {Channel::kLossless, PacketId::kOffer};
  }
  Outgoing operator()(const Accept& accept) const {
    out.write<uint32_t>(accept.offer_id);
    write_tail(out, accept.extension);
    return {Channel::kLossless, PacketId::kAccept};
  }
  Outgoing operator()(const AckAcc& ack) const {
    out.write<uint32_t>(ack.mapping_id);
    write_tail(out, ack.extension);
    return {Channel::kLossless, PacketId::kAckAcc};
  }
  Outgoing operator()(const Kill& kill) const {
    out.write<uint8_t>(kSubKill);
    out.write<uint32_t>(kill.id);
    out.write<uint8_t>(static_cast<uint8_t>(kill.reason));
    return {Channel::kLossless, PacketId::kData};
  }
  Outgoing operator()(const StreamData& data) const {
    assert(data.bytes.size() <= kMaxStreamChunkBytes);
    out.write<uint8_t>(kSubStreamData);
    out.write<uint32_t>(data.mapping_id);
    out.write_bytes(data.bytes);
    return {Channel::kLossless, PacketId::kData};
  }
  Outgoing operator()(const Window& window) const {
    out.write<uint8_t>(kSubWindow);
    out.write<uint32_t>(window.mapping_id);
    out.write<uint64_t>(window.limit);
    return {Channel::kLossless, PacketId::kData};
  }
  Outgoing operator()(const Datagram& datagram) const {
    assert(datagram.bytes.size() <= kMaxDatagramBytes);
    out.write<uint32_t>(datagram.mapping_id);
    out.write_bytes(datagram.bytes);
    return {Channel::kLossy, PacketId::kData};
  }
  Outgoing operator()(const Fragment& fragment) const {
    assert(fragment.bytes.size() <= kFragmentBytes);
    out.write<uint8_t>(kMarkFragment);
    out.write<uint32_t>(fragment.mapping_id);
    out.write<uint16_t>(fragment.number);
    out.write<uint8_t>(fragment.index);
    out.write<uint8_t>(fragment.count);
    out.write_bytes(fragment.bytes);
    return {Channel::kLossy, PacketId::kAccept};
  }
  Outgoing operator()(const Hello& hello) const {
    out.write<uint8_t>(kMarkHello);
    out.write<uint32_t>(hello.epoch);
    out.write<uint32_t>(hello.capabilities);
    out.write<uint32_t>(hello.peer_epoch);
    out.write<uint64_t>(hello.offered_digest);
    out.write<uint64_t>(hello.heard_digest);
    out.write<uint64_t>(hello.open_digest);
    out.write<uint8_t>(hello.answer_wanted ? kHelloAnswerWanted : 0);
    return {Channel::kLossy, PacketId::kAccept};
  }
};

}  // namespace

std::string_view to_string(KillReason reason) {
  switch (reason) {
    case KillReason::kUnspecified:
      return "unspecified";
    case KillReason::kClosed:
      return "closed";
    case KillReason::kReset:
      return "reset";
    case KillReason::kDenied:
      return "denied";
    case KillReason::kWithdrawn:
      return "withdrawn";
    case KillReason::kTargetRefused:
      return "target refused";
    case KillReason::kTargetUnreachable:
      return "target unreachable";
    case KillReason::kTimeout:
      return "timeout";
    case KillReason::kUnknown:
      return "unknown mapping";
    case KillReason::kIdle:
      return "idle";
    case KillReason::kLimit:
      return "limit reached";
    case KillReason::kProtocol:
      return "protocol error";
    case KillReason::kShutdown:
      return "shutdown";
    case KillReason::kRestarted:
      return "peer restarted";
    case KillReason::kPeerLeft:
      return "peer left";
    case KillReason::kAck:
      return "acknowledged";
  }
  return "unspecified";
}

std::optional<Packet> decode_packet(PacketId id, Bytes body) {
  if (id == PacketId::kData) return decode_data(body);
  if (id == PacketId::kAccept && is_marked(body)) return decode_marked(body);
  return decode_base(id, body);
}

std::optional<Datagram> decode_datagram(Bytes body) {
  ByteReader in(body);
  const auto id = read_msg_id(in);
  if (!id) return std::nullopt;
  return Datagram{*id, in.rest()};
}

size_t offer_body_offset(PacketId id) { return id == PacketId::kOffer ? 0 : kControlCopyHeader; }

Outgoing encode_packet(const Packet& packet, Frame& frame) {
  ByteWriter out = frame.writer();
  const Outgoing where = std::visit(BodyWriter{out}, packet);
  frame.set_size(out.size());
  return where;
}

Outgoing encode_control_copy(const Packet& packet, Frame& frame) {
  Frame plain;
  const Outgoing where = encode_packet(packet, plain);
  assert(where.channel == Channel::kLossless);
  ByteWriter out = frame.writer();
  out.write<uint8_t>(kMarkControlCopy);
  out.write<uint8_t>(static_cast<uint8_t>(where.id));
  out.write_bytes(plain.body());
  frame.set_size(out.size());
  return {Channel::kLossy, PacketId::kAccept};
}

uint64_t offer_digest(Bytes offer_body) { return fnv1a(offer_body); }

uint64_t mapping_digest(MsgId id) {
  std::array<uint8_t, sizeof(id)> bytes{};
  ByteWriter(bytes).write<uint32_t>(id);
  return fnv1a(bytes);
}

}  // namespace ngcshare
