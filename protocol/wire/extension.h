// The optional block behind Offer, Accept and Ack-Acc that carries what draft v0.2 does not have
// (SPEC.md §4): capabilities and tagged values. A peer that does not know it ignores it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/base/bytes.h"
#include "protocol/wire/msg_id.h"

namespace ngcshare {

// Features beyond the draft. A capability is in force when both peers have named it.
enum Capability : uint32_t {
  kCapMulti = 1U << 0,     // many mappings of one offer, each with an id of its own
  kCapLink = 1U << 1,      // tcp bytes over the reliable link instead of lossless packets
  kCapFragment = 1U << 2,  // datagrams larger than a packet
  kCapResume = 1U << 3,    // mappings survive a peer that leaves and comes back
  kCapEarly = 1U << 4,     // bytes may follow Accept before Ack-Acc
  kCapWindow = 1U << 5,    // lossless streams are flow controlled and end in each direction
  kCapCount = 1U << 6,     // acknowledgements report the datagrams that arrived beside the link
};

// Capabilities that need the link.
inline constexpr uint32_t kLinkCapabilities = kCapLink | kCapResume | kCapEarly | kCapCount;

enum class Transport : uint8_t { kTcp = 1, kUdp = 2 };

// State of the service behind an offer.
enum class ServiceState : uint8_t { kUp = 0, kDown = 1, kBusy = 2 };

struct Extension {
  uint32_t capabilities = 0;
  std::optional<MsgId> mapping_id;         // tag 1, in Accept
  std::optional<Transport> transport;      // tag 2, in Accept
  std::optional<uint32_t> epoch;           // tag 3, in Offer and Accept
  std::optional<ServiceState> state;       // tag 4, in Offer
  std::optional<std::string> description;  // tag 5, in Offer: one line of UTF-8
  std::optional<uint16_t> keep_alive_s;    // tag 6, in Offer and Accept: seconds between Hellos
  std::optional<uint16_t> udp_port;        // tag 7, in Offer: if it differs from the tcp port

  bool operator==(const Extension&) const = default;
};

inline constexpr size_t kMaxDescriptionBytes = 200;
inline constexpr uint8_t kExtensionMark = 0xE1;

// Writes the block, at most 240 bytes. REQUIRES: a description of at most kMaxDescriptionBytes.
void encode_extension(const Extension& extension, ByteWriter& out);

// Reads the bytes that follow a base body. Without an extension mark (an older or newer sender) the
// result is ok and has no extension. With a mark and a damaged block after it ok is false, and the
// packet must be dropped.
struct ExtensionResult {
  bool ok = true;
  std::optional<Extension> extension;
};
ExtensionResult decode_extension(Bytes tail);

}  // namespace ngcshare
