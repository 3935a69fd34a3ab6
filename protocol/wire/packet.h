// The packets of "port forwarding in tox" draft v0.2 and our additions, byte for byte as in
// SPEC.md. Bodies only: the bytes before them (a group's 16-bit id, a friend's 0xA7) belong to the
// contact. Decoding never throws; it returns nullopt for packets that must be dropped.
//
// NGC delivers a custom packet without saying whether it came on the lossless or the lossy channel,
// so its id and its first bytes alone say what it is (SPEC.md §3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "protocol/base/bytes.h"
#include "protocol/wire/extension.h"
#include "protocol/wire/frame.h"
#include "protocol/wire/msg_id.h"

namespace ngcshare {

enum class Channel : uint8_t { kLossless, kLossy };

// The low byte of the four packet ids 0x9000 to 0x9003.
enum class PacketId : uint8_t { kOffer = 0, kAccept = 1, kAckAcc = 2, kData = 3 };

// No lossless body is longer than this, because a lossless packet above 500 bytes, id included,
// takes NGC's fragment path, which is slow and can block a direction for good.
inline constexpr size_t kMaxLosslessBodyBytes = 498;

// The most stream bytes in a tcp Data packet.
inline constexpr size_t kMaxStreamChunkBytes = kMaxLosslessBodyBytes - 5;

// A receiver keeps this many Offers of one peer and refuses more (SPEC.md §6.5).
inline constexpr size_t kMaxOffersHeard = 128;

// The largest datagram a single udp Data packet carries.
inline constexpr size_t kMaxDatagramBytes = Frame::kMaxBodyBytes - 4;

// With kCapFragment: the bytes in each piece of a larger datagram (the last may have fewer), the
// most pieces, and so the largest datagram, which is the largest of UDP over IPv4.
inline constexpr size_t kFragmentBytes = Frame::kMaxBodyBytes - 9;
inline constexpr size_t kMaxFragments = 49;
inline constexpr size_t kMaxSplitDatagramBytes = 65507;
static_assert(kMaxFragments * kFragmentBytes >= kMaxSplitDatagramBytes);

// The transports of an offer: tcp, udp or both.
struct TransportSet {
  bool tcp = false;
  bool udp = false;

  bool contains(Transport transport) const { return transport == Transport::kTcp ? tcp : udp; }
  bool operator==(const TransportSet&) const = default;
};

struct Offer {
  MsgId id = 0;
  TransportSet transports;
  uint16_t suggested_port = 0;  // 0: none
  std::string name;             // is_valid_service_name
  std::optional<Extension> extension;

  bool operator==(const Offer&) const = default;
};

struct Accept {
  MsgId offer_id = 0;
  std::optional<Extension> extension;

  bool operator==(const Accept&) const = default;
};

struct AckAcc {
  MsgId mapping_id = 0;
  std::optional<Extension> extension;

  bool operator==(const AckAcc&) const = default;
};

// The reason why a mapping or offer ended. Unknown values are read as kUnspecified.
enum class KillReason : uint8_t {
  kUnspecified = 0,
  kClosed = 1,             // both directions ended cleanly
  kReset = 2,              // the local connection was reset
  kDenied = 3,             // the peer may not use this
  kWithdrawn = 4,          // the offer was withdrawn
  kTargetRefused = 5,      // the service refused the connection
  kTargetUnreachable = 6,  // the service could not be reached or did not answer
  kTimeout = 7,            // the other peer did not answer
  kUnknown = 8,            // no such offer or mapping
  kIdle = 9,               // an unused udp mapping
  kLimit = 10,             // too many mappings or too much data
  kProtocol = 11,          // a packet that breaks the rules
  kShutdown = 12,          // the program ends
  kRestarted = 13,         // the other peer has forgotten everything; never on the wire
  kPeerLeft = 14,          // the other peer left the group; never on the wire
  kAck = 0xFF,             // "your Kill has arrived"; never answered
};

// Returns one or two words for a log or a user.
std::string_view to_string(KillReason reason);

struct Kill {
  MsgId id = 0;
  KillReason reason = KillReason::kUnspecified;

  bool operator==(const Kill&) const = default;
};

// Bytes of a tcp stream. With kCapWindow in force an empty one ends the direction.
struct StreamData {
  MsgId mapping_id = 0;
  Bytes bytes;  // points into the packet
};

// With kCapWindow: the receiver of this packet may send stream bytes up to this offset, which
// counts from 0 and never shrinks.
struct Window {
  MsgId mapping_id = 0;
  uint64_t limit = 0;

  bool operator==(const Window&) const = default;
};

struct Datagram {
  MsgId mapping_id = 0;
  Bytes bytes;  // points into the packet
};

// A piece of a datagram. Lossy. `number` is that of the datagram in its mapping.
struct Fragment {
  MsgId mapping_id = 0;
  uint16_t number = 0;
  uint8_t index = 0;
  uint8_t count = 0;  // pieces of the datagram, at most kMaxFragments
  Bytes bytes;        // points into the packet
};

// Keep-alive between two peers that know the extension (SPEC.md §6). Lossy, repeated, idempotent.
struct Hello {
  uint32_t epoch = 0;           // the sender's
  uint32_t capabilities = 0;    // the sender's
  uint32_t peer_epoch = 0;      // the receiver's as the sender knows it; 0: not known yet
  uint64_t offered_digest = 0;  // of the sender's offers to the receiver
  uint64_t heard_digest = 0;    // of the receiver's offers that the sender holds
  uint64_t open_digest = 0;     // of the mappings between the two that are open at the sender
  bool answer_wanted = false;

  bool operator==(const Hello&) const = default;
};

using Packet =
    std::variant<Offer, Accept, AckAcc, Kill, StreamData, Window, Datagram, Fragment, Hello>;

// Reads one packet. `body` must outlive the spans in the result. For a control copy it returns the
// Offer, Accept, Ack-Acc, Kill or Window inside. It reads a body of id kData as Kill, tcp Data or
// Window if possible and otherwise as Datagram; see decode_datagram() for bodies that can be both.
std::optional<Packet> decode_packet(PacketId id, Bytes body);

// First byte of a body of id kAccept that is a link packet (link/packet.h, SPEC.md §3.11).
inline constexpr uint8_t kLinkMark = 0xF6;

// Returns whether a body belongs to the link, in which case decode_packet() cannot read it.
inline bool is_link_packet(PacketId id, Bytes body) {
  return id == PacketId::kAccept && !body.empty() && body[0] == kLinkMark;
}

// Reads a body of id kData as a udp Datagram, which any body that begins with a msg_id can be. Use
// it if the msg_id is known to be that of a udp mapping.
std::optional<Datagram> decode_datagram(Bytes body);

// Returns the number of bytes before an Offer's body in its packet: 0, or 2 in a control copy.
size_t offer_body_offset(PacketId id);

// Channel and id of an outgoing packet.
struct Outgoing {
  Channel channel = Channel::kLossless;
  PacketId id = PacketId::kOffer;
};

// Writes a packet's body into `frame` and returns its channel and id. REQUIRES: valid ids, names
// and sizes (kMaxStreamChunkBytes, kMaxDatagramBytes).
Outgoing encode_packet(const Packet& packet, Frame& frame);

// Does the same for a copy of an Offer, Accept, Ack-Acc, Kill or Window on the lossy channel, where
// no earlier lost packet can hold it back.
Outgoing encode_control_copy(const Packet& packet, Frame& frame);

// Returns FNV-1a of an Offer's body as sent; a set's digest is the sum modulo 2^64.
uint64_t offer_digest(Bytes offer_body);

// Returns FNV-1a of a mapping's id as in packets; a set's digest is the sum modulo 2^64.
uint64_t mapping_digest(MsgId id);

}  // namespace ngcshare
