// Packets of the peer of a session under test, as the input makes them up: those that mean
// something to the session, more often than not.
#pragma once

#include <optional>
#include <string>

#include "tests/fuzz/session_rig.h"

namespace ngcshare::fuzz {

class PacketMaker {
 public:
  static constexpr uint32_t kFirstPeerEpoch = 0x0B0B0B00;

  PacketMaker(ByteSource& source, const PeerSession& session, const Handler& handler,
              const CheckingContact& contact, uint32_t capabilities)
      : source_(source),
        session_(session),
        handler_(handler),
        contact_(contact),
        capabilities_(capabilities) {}

  // The peer's process, as far as there is a link to it.
  uint32_t peer_epoch() const { return peer_epoch_; }
  void begin_epoch() { peer_epoch_ = kFirstPeerEpoch + 4 + uint32_t{source_.byte()}; }

  // Returns an id of an offer or mapping of either side, or one of few others.
  MsgId id() {
    const uint8_t choice = source_.byte();
    const size_t index = choice / 4;
    const auto live = handler_.live();
    const auto heard = session_.offers_heard();
    const auto& offered = contact_.offered();
    if (choice % 4 == 0 && !offered.empty()) return offered[index % offered.size()];
    if (choice % 4 == 1 && !live.empty()) return live[index % live.size()]->mapping()->id();
    if (choice % 4 == 2 && !heard.empty()) return heard[index % heard.size()]->id;
    return 0x01010110 + static_cast<MsgId>(index);
  }
  TransportSet transports() {
    const size_t bits = 1 + source_.below(3);
    return {(bits & 1) != 0, (bits & 2) != 0};
  }
  Offer offer() {
    const MsgId offer_id = id();
    const TransportSet set = transports();
    std::string name(1, 'a');
    name += static_cast<char>('0' + source_.below(64));
    return {offer_id, set, source_.byte(), name, extension()};
  }
  // Returns nullopt if the drawn id is one that no Accept can name.
  std::optional<Accept> accept() {
    const MsgId offer_id = id();
    if ((offer_id & 0xFFU) >= kFirstMarkByte) return std::nullopt;
    return Accept{offer_id, extension()};
  }
  AckAcc ack() {
    const MsgId mapping_id = id();
    return {mapping_id, extension()};
  }
  Kill kill() {
    const MsgId killed = id();
    const uint8_t reason = source_.byte();
    return {killed, reason == 0xFF ? KillReason::kAck : static_cast<KillReason>(reason % 13)};
  }
  Window window() {
    const MsgId mapping_id = id();
    return {mapping_id, uint64_t{source_.two_bytes()} << source_.below(64)};
  }
  Hello hello() {
    const uint32_t peer_epoch = epoch();
    const uint8_t choice = source_.byte();
    Hello hello{peer_epoch, capabilities_, kEpoch, 0, 0, 0, (choice & 1) != 0};
    if ((choice & 2) != 0) hello.capabilities = source_.byte();
    if ((choice & 4) != 0) hello.peer_epoch = 0;
    if ((choice & 8) != 0) hello.heard_digest = source_.four_bytes();
    if ((choice & 16) != 0) hello.open_digest = source_.byte();
    return hello;
  }
  // A Hello that lets the session know the peer's process and all it can.
  Hello greeting() const { return {peer_epoch_, capabilities_, kEpoch, 0, 0, 0, true}; }
  // One of those that travel on the link.
  Packet link_control() {
    const MsgId which = id();
    const bool nameable = (which & 0xFFU) < kFirstMarkByte;
    switch (source_.below(4)) {
      case 0:
        return AckAcc{which, extension()};
      case 1:
        return Kill{which, static_cast<KillReason>(source_.below(13))};
      default:
        return nameable ? Packet(Accept{which, extension()}) : AckAcc{which, extension()};
    }
  }

 private:
  // Returns an epoch of the peer: with a link, most often the one that the link is for.
  uint32_t epoch() {
    const bool with_link = (capabilities_ & kCapLink) != 0;
    const size_t choice = source_.below(with_link ? 32 : 4);
    return choice < 4 ? kFirstPeerEpoch + static_cast<uint32_t>(choice) : peer_epoch_;
  }
  std::optional<Extension> extension() {
    const uint8_t choice = source_.byte();
    if ((choice & 1) == 0) return std::nullopt;
    Extension made;
    made.capabilities = (choice & 2) != 0 ? capabilities_ : source_.byte();
    if ((choice & 4) != 0) made.mapping_id = id();
    if ((choice & 8) != 0) made.transport = (choice & 16) != 0 ? Transport::kTcp : Transport::kUdp;
    if ((choice & 32) != 0) made.epoch = epoch();
    return made;
  }

  ByteSource& source_;
  const PeerSession& session_;
  const Handler& handler_;
  const CheckingContact& contact_;
  const uint32_t capabilities_;
  uint32_t peer_epoch_ = kFirstPeerEpoch + 4;
};

}  // namespace ngcshare::fuzz
