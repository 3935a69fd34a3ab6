// The packets of "port forwarding in tox" draft v0.2 and our additions, byte for byte as in
// SPEC.md. Bodies only: what stands before them (a group's 16-bit id, a friend's 0xA7) belongs to
// the contact. Decoding never throws; what does not parse is nullopt and is to be dropped.
//
// NGC hands a custom packet over without saying whether it came on the lossless or the lossy
// channel, so a packet is told by its id and its first bytes alone (SPEC.md §3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "protocol/bytes.h"
#include "protocol/extension.h"
#include "protocol/frame.h"
#include "protocol/msg_id.h"

namespace ngcshare {

enum class Channel : uint8_t { kLossless, kLossy };

// The low byte of the four packet ids 0x9000 to 0x9003.
enum class PacketId : uint8_t { kOffer = 0, kAccept = 1, kAckAcc = 2, kData = 3 };

// A lossless packet above 500 bytes, id included, takes NGC's fragment path, which is slow and can
// kill a direction for good; so no lossless body is ever longer than this.
inline constexpr size_t kMaxLosslessBodyBytes = 498;

// What of a lossless body a tcp Data packet leaves for bytes of the stream.
inline constexpr size_t kMaxStreamChunkBytes = kMaxLosslessBodyBytes - 5;

// A receiver keeps this many Offers of one peer and refuses more (SPEC.md §6.5).
inline constexpr size_t kMaxOffersHeard = 128;

// The largest datagram a single udp Data packet carries.
inline constexpr size_t kMaxDatagramBytes = Frame::kMaxBodyBytes - 4;

// With kCapFragment: what each piece of a larger one carries (the last may carry less), how many
// there may be, and so the largest datagram, which is the largest that UDP over IPv4 knows.
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

// Why a mapping or offer ended. Values that a version does not know read as kUnspecified.
enum class KillReason : uint8_t {
  kUnspecified = 0,
  kClosed = 1,             // both directions ended cleanly
  kReset = 2,              // the local connection was reset
  kDenied = 3,             // the peer may not use this
  kWithdrawn = 4,          // the offer stands no longer
  kTargetRefused = 5,      // the service refused the connection
  kTargetUnreachable = 6,  // the service could not be reached or did not answer
  kTimeout = 7,            // the other peer did not answer
  kUnknown = 8,            // no such offer or mapping
  kIdle = 9,               // an unused udp mapping
  kLimit = 10,             // too many mappings or too much data
  kProtocol = 11,          // a packet that cannot be
  kShutdown = 12,          // the program ends
  kRestarted = 13,         // the other peer has forgotten everything; never on the wire
  kPeerLeft = 14,          // the other peer left the group; never on the wire
  kAck = 0xFF,             // "your Kill has arrived"; never answered
};

// One or two words for a log or a user.
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

// With kCapWindow: the sender may send stream bytes up to this offset (from 0, never shrinking).
struct Window {
  MsgId mapping_id = 0;
  uint64_t limit = 0;

  bool operator==(const Window&) const = default;
};

struct Datagram {
  MsgId mapping_id = 0;
  Bytes bytes;  // points into the packet
};

// A piece of a datagram. Lossy; datagrams of a mapping are numbered so that pieces find each other.
struct Fragment {
  MsgId mapping_id = 0;
  uint16_t number = 0;
  uint8_t index = 0;
  uint8_t count = 0;  // pieces in all, at most kMaxFragments
  Bytes bytes;        // points into the packet
};

// Keep-alive between two peers that know the extension (SPEC.md §6). Lossy, repeated, idempotent.
struct Hello {
  uint32_t epoch = 0;           // the sender's
  uint32_t capabilities = 0;    // the sender's
  uint32_t peer_epoch = 0;      // the receiver's as the sender knows it; 0: not yet
  uint64_t offered_digest = 0;  // of the offers the sender makes to the receiver
  uint64_t heard_digest = 0;    // of the receiver's offers that the sender holds
  uint64_t open_digest = 0;     // of the mappings between the two that are open at the sender
  bool answer_wanted = false;

  bool operator==(const Hello&) const = default;
};

using Packet =
    std::variant<Offer, Accept, AckAcc, Kill, StreamData, Window, Datagram, Fragment, Hello>;

// Reads one packet. `body` must outlive the spans in the result. A control copy gives the Offer,
// Accept, Ack-Acc, Kill or Window inside. A body of id kData that can be read as Kill, tcp Data or
// Window is, and otherwise is a Datagram; see decode_datagram() for those that can be both.
std::optional<Packet> decode_packet(PacketId id, Bytes body);

// First byte of a body of id kAccept that is a link packet (link/link_packet.h, SPEC.md §3.11).
inline constexpr uint8_t kLinkMark = 0xF6;

// Returns whether a body belongs to the link, in which case decode_packet() cannot read it.
inline bool is_link_packet(PacketId id, Bytes body) {
  return id == PacketId::kAccept && !body.empty() && body[0] == kLinkMark;
}

// Reads a body of id kData as a udp Datagram, which any body that begins with a msg_id can be. For
// a receiver that knows the msg_id as one of a udp mapping.
std::optional<Datagram> decode_datagram(Bytes body);

// How many bytes of an Offer's packet come before its body: 0, or 2 in a control copy.
size_t offer_body_offset(PacketId id);

// Where a packet goes: its channel, id and encoded body.
struct Outgoing {
  Channel channel = Channel::kLossless;
  PacketId id = PacketId::kOffer;
};

// Writes a packet's body into `frame` and says where it goes. REQUIRES: valid ids, names and
// sizes (kMaxStreamChunkBytes, kMaxDatagramBytes).
Outgoing encode_packet(const Packet& packet, Frame& frame);

// The same for a copy of an Offer, Accept, Ack-Acc, Kill or Window on the lossy channel, which no
// lost lossless packet before it can hold back.
Outgoing encode_control_copy(const Packet& packet, Frame& frame);

// FNV-1a of an Offer's body as sent; the digest of a set of offers is the sum modulo 2^64.
uint64_t offer_digest(Bytes offer_body);

// FNV-1a of a mapping's id as it stands in packets; a set's digest is the sum modulo 2^64.
uint64_t mapping_digest(MsgId id);

}  // namespace ngcshare
