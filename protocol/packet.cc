#include "protocol/packet.h"

#include <string_view>
#include <utility>

#include "protocol/text.h"

namespace ngcshare {
namespace {

// Sub-types on lossless 0x9003. ngc_ft1's packet of that id is at most 4 bytes long, ours at
// least 5, and the values keep clear of its transfer numbers.
constexpr uint8_t kSubKill = 0xF1;
constexpr uint8_t kSubStreamData = 0xF2;
constexpr uint8_t kSubWindow = 0xF3;
constexpr size_t kMinDataBody = 5;

// First byte of a control copy: this plus the low byte of the lossless packet's id.
constexpr uint8_t kCopyMark = 0xF0;

constexpr uint8_t kHelloAnswerWanted = 1;

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

std::optional<Packet> decode_lossless_data(Bytes body) {
  if (body.size() < kMinDataBody) return std::nullopt;
  ByteReader in(body);
  const auto sub_type = in.read<uint8_t>();
  const auto id = read_msg_id(in);
  if (!id) return std::nullopt;
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

std::optional<Packet> decode_datagram(Bytes body) {
  ByteReader in(body);
  const auto id = read_msg_id(in);
  if (!id) return std::nullopt;
  return Datagram{*id, in.rest()};
}

std::optional<Packet> decode_hello(Bytes body) {
  ByteReader in(body);
  const auto epoch = read_msg_id(in);
  const auto capabilities = in.read<uint32_t>();
  const auto peer_epoch = in.read<uint32_t>();
  const auto offered = in.read<uint64_t>();
  const auto heard = in.read<uint64_t>();
  const auto flags = in.read<uint8_t>();
  if (!epoch || !capabilities || !peer_epoch || !offered || !heard || !flags) return std::nullopt;
  return Hello{*epoch,   *capabilities, *peer_epoch,
               *offered, *heard,        (*flags & kHelloAnswerWanted) != 0};
}

std::optional<Packet> decode_lossless(PacketId id, Bytes body) {
  switch (id) {
    case PacketId::kOffer:
      return decode_offer(body);
    case PacketId::kAccept:
      return decode_answer<Accept>(body);
    case PacketId::kAckAcc:
      return decode_answer<AckAcc>(body);
    case PacketId::kData:
      return decode_lossless_data(body);
  }
  return std::nullopt;
}

std::optional<Packet> decode_control_copy(Bytes body) {
  if (body.empty() || body[0] < kCopyMark || body[0] > kCopyMark + 3) return std::nullopt;
  auto packet = decode_lossless(static_cast<PacketId>(body[0] - kCopyMark), body.subspan(1));
  if (packet && std::holds_alternative<StreamData>(*packet)) return std::nullopt;
  return packet;
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
  Outgoing operator()(const Hello& hello) const {
    out.write<uint32_t>(hello.epoch);
    out.write<uint32_t>(hello.capabilities);
    out.write<uint32_t>(hello.peer_epoch);
    out.write<uint64_t>(hello.offered_digest);
    out.write<uint64_t>(hello.heard_digest);
    out.write<uint8_t>(hello.answer_wanted ? kHelloAnswerWanted : 0);
    return {Channel::kLossy, PacketId::kOffer};
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

std::optional<Packet> decode_packet(Channel channel, PacketId id, Bytes body) {
  if (channel == Channel::kLossless) return decode_lossless(id, body);
  switch (id) {
    case PacketId::kOffer:
      return decode_hello(body);
    case PacketId::kAckAcc:
      return decode_control_copy(body);
    case PacketId::kData:
      return decode_datagram(body);
    case PacketId::kAccept:
      return std::nullopt;
  }
  return std::nullopt;
}

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
  out.write<uint8_t>(static_cast<uint8_t>(kCopyMark + static_cast<uint8_t>(where.id)));
  out.write_bytes(plain.body());
  frame.set_size(out.size());
  return {Channel::kLossy, PacketId::kAckAcc};
}

uint64_t offer_digest(Bytes offer_body) {
  uint64_t hash = 0xCBF29CE484222325ULL;
  for (const uint8_t byte : offer_body) hash = (hash ^ byte) * 0x100000001B3ULL;
  return hash;
}

}  // namespace ngcshare
