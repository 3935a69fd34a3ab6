// Fixture with one PeerSession among fakes, and functions that play its peer.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "protocol/session/peer_session.h"
#include "tests/protocol/session/fakes.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

inline constexpr uint32_t kOwnEpoch = 0x0A0A0A0A;
inline constexpr uint32_t kPeerEpoch = 0x0B0B0B0B;
inline constexpr uint32_t kAllCapabilities = kCapMulti | kCapWindow;
inline constexpr ServiceKey kService = 7;
inline constexpr MsgId kPeerOffer = 0x11223344;
inline constexpr MsgId kPeerMapping = 0x55667788;
inline constexpr TransportSet kTcpOnly{true, false};
inline constexpr TransportSet kUdpOnly{false, true};
inline constexpr TransportSet kTcpAndUdp{true, true};

inline Offer service_offer(std::string name = "web", TransportSet transports = kTcpOnly) {
  return {0, transports, 80, std::move(name), {}};
}

inline Extension peer_extension(uint32_t capabilities = kAllCapabilities,
                                uint32_t epoch = kPeerEpoch) {
  Extension extension;
  extension.capabilities = capabilities;
  extension.epoch = epoch;
  return extension;
}

struct Rig {
  explicit Rig(PeerSession::Config config = {.epoch = kOwnEpoch, .capabilities = kAllCapabilities})
      : session(contact, entropy, handler, config, now) {}

  // -- packets from the peer -------------------------------------------------------------------
  void receive_body(PacketId id, Bytes body, bool is_public = false) {
    session.receive(id, is_public, body, now);
    session.pump(now);
  }
  void receive(const Packet& packet, bool is_public = false) {
    Frame frame;
    const Outgoing where = encode_packet(packet, frame);
    receive_body(where.id, frame.body(), is_public);
  }
  void receive_copy(const Packet& packet) {
    Frame frame;
    const Outgoing where = encode_control_copy(packet, frame);
    receive_body(where.id, frame.body());
  }
  // Receives a Hello, by which the peer shows that it knows the extension.
  void receive_hello(uint64_t heard = 0, uint64_t offered = 0, bool answer_wanted = false,
                     uint32_t epoch = kPeerEpoch, uint32_t capabilities = kAllCapabilities) {
    receive(Hello{epoch, capabilities, kOwnEpoch, offered, heard, 0, answer_wanted});
  }
  MsgId receive_offer(TransportSet transports = kTcpOnly, bool extended = true,
                      MsgId id = kPeerOffer, const std::string& name = "files") {
    Offer offer{id, transports, 21, name, {}};
    if (extended) offer.extension = peer_extension();
    receive(offer);
    return id;
  }
  void receive_accept(MsgId offer_id, MsgId mapping_id, std::optional<Transport> transport = {},
                      uint32_t capabilities = kAllCapabilities) {
    Accept accept{offer_id, peer_extension(capabilities)};
    accept.extension->mapping_id = mapping_id;
    accept.extension->transport = transport;
    receive(accept);
  }
  void receive_ack(MsgId mapping_id, std::optional<uint32_t> capabilities = kAllCapabilities) {
    AckAcc ack{mapping_id, {}};
    if (capabilities) {
      ack.extension.emplace();
      ack.extension->capabilities = *capabilities;
    }
    receive(ack);
  }

  // -- this side -------------------------------------------------------------------------------
  // Shares a service and returns its offer's id.
  MsgId offer(ServiceKey service = kService, const Offer& what = service_offer()) {
    session.offer(service, what, {}, false, now);
    session.pump(now);
    return contact.all<Offer>().back().id;
  }
  // Returns a mapping of an own offer that the peer has accepted.
  Mapping& accepted_mapping(MsgId mapping_id = kPeerMapping, TransportSet transports = kTcpOnly) {
    const MsgId id = offer(kService, service_offer("web", transports));
    receive_accept(id, mapping_id);
    return *handler.accepted.back();
  }
  // Returns a mapping of the peer's offer, before Ack-Acc.
  Mapping& opened_mapping(RecordingSink& sink, bool extended = true,
                          TransportSet transports = kTcpOnly) {
    const MsgId id = receive_offer(transports, extended);
    Mapping* const mapping =
        session.open(id, transports.tcp ? Transport::kTcp : Transport::kUdp, sink, now);
    session.pump(now);
    return *mapping;
  }
  Mapping& established_mapping(RecordingSink& sink, bool extended = true,
                               TransportSet transports = kTcpOnly) {
    Mapping& mapping = opened_mapping(sink, extended, transports);
    receive_ack(mapping.id(), extended ? std::optional(kAllCapabilities) : std::nullopt);
    return mapping;
  }

  // Lets time pass and ticks at every deadline on the way.
  void pass(Duration duration) {
    const TimePoint end = now + duration;
    int at_once = 0;
    while (session.deadline() && *session.deadline() <= end) {
      at_once = *session.deadline() <= now ? at_once + 1 : 0;
      if (at_once > 5) {
        ADD_FAILURE() << "deadlines make no progress";
        break;
      }
      now = std::max(now, *session.deadline());
      session.tick(now);
      session.pump(now);
    }
    now = end;
  }
  Hello last_hello() const {
    const auto hellos = contact.all<Hello>(Channel::kLossy);
    return hellos.empty() ? Hello{} : hellos.back();
  }

  TimePoint now{1h};
  FakeContact contact;
  ScriptedHandler handler;
  SeededEntropy entropy{42};
  PeerSession session;
};

// Returns the digest of one offer as it was sent.
inline uint64_t digest_of(const Offer& offer) {
  Frame frame;
  encode_packet(offer, frame);
  return offer_digest(frame.body());
}

inline std::vector<uint8_t> some_bytes(size_t count) {
  std::vector<uint8_t> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(i * 131 + (i >> 8));
  return bytes;
}

}  // namespace ngcshare::test
