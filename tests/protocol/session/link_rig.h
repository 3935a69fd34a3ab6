// A session whose peer has its end of the link, and functions that write the peer's link packets.
#pragma once

#include "protocol/link/packet.h"
#include "tests/protocol/link/link_helpers.h"
#include "tests/protocol/session/rig.h"

namespace ngcshare::test {

inline constexpr uint32_t kWithLink = kAllCapabilities | kCapFragment | kLinkCapabilities;

struct LinkRig : Rig {
  explicit LinkRig(size_t max_mappings = 2048)
      : Rig({.epoch = kOwnEpoch, .capabilities = kWithLink, .max_mappings = max_mappings}) {
    receive_hello(0, 0, false, kPeerEpoch, kWithLink);
  }

  // A mapping of an offer of the peer's, Ack-Acc not yet received.
  Mapping& opened(RecordingSink& sink) {
    receive(Offer{kPeerOffer, kTcpOnly, 21, "files", peer_extension(kWithLink)});
    Mapping* const mapping = session.open(kPeerOffer, Transport::kTcp, sink, now);
    session.pump(now);
    return *mapping;
  }

  // Receives a link packet whose frames `write` writes.
  template <typename Write>
  void receive_link(const Write& write) {
    const auto packet =
        link_packet({link::link_token(kPeerEpoch, kOwnEpoch), next_packet++}, write);
    receive_body(PacketId::kAccept, packet);
  }
  // Receives an Accept with `early` bytes of its stream behind it in the same packet.
  void receive_early_accept(MsgId offer_id, MsgId mapping_id, size_t early, bool fin = false,
                            std::optional<Transport> transport = {}) {
    Accept accept{offer_id, peer_extension(kWithLink)};
    accept.extension->mapping_id = mapping_id;
    accept.extension->transport = transport;
    Frame frame;
    encode_packet(accept, frame);
    receive_link([&](link::PacketWriter& out) {
      out.write_control(static_cast<uint8_t>(PacketId::kAccept), frame.body());
      out.write_stream(mapping_id, 0, early, fin);
    });
  }
  void receive_reset(MsgId mapping_id, uint64_t final_offset) {
    receive_link([&](link::PacketWriter& out) { out.write_reset(mapping_id, final_offset); });
  }
  void receive_kill_by_link(const Kill& kill) {
    Frame frame;
    const Outgoing where = encode_packet(kill, frame);
    receive_link([&](link::PacketWriter& out) {
      out.write_control(static_cast<uint8_t>(where.id), frame.body());
    });
  }
  // Returns the control packets that the session has sent over the link. They point into
  // contact.sent.
  std::vector<Packet> controls_by_link() const {
    std::vector<Packet> controls;
    std::vector<link::LinkFrame> frames;
    for (const Sent& sent : contact.sent) {
      if (!link::decode_link_packet(sent.body, frames)) continue;
      for (const link::LinkFrame& frame : frames) {
        const auto* const control = std::get_if<link::ControlFrame>(&frame);
        if (control == nullptr) continue;
        const auto packet = decode_packet(static_cast<PacketId>(control->id), control->body);
        if (packet) controls.push_back(*packet);
      }
    }
    return controls;
  }
  // Returns the reason of the Kill of an id that the session has sent over the link, or nullopt.
  std::optional<KillReason> killed_by_link(MsgId id) const {
    for (const Packet& packet : controls_by_link()) {
      const auto* const kill = std::get_if<Kill>(&packet);
      if (kill != nullptr && kill->id == id) return kill->reason;
    }
    return std::nullopt;
  }
  link::Link::Stats stats() const { return *session.link_stats(); }

  uint32_t next_packet = 0;
};

}  // namespace ngcshare::test
