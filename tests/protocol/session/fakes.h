// Fakes around a PeerSession: a contact that records packets and can be full or gone, a scripted
// handler, a recording sink.
#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/session/peer_session.h"

namespace ngcshare::test {

struct Sent {
  Outgoing where;
  std::vector<uint8_t> body;

  // Decodes the packet as a receiver does. The result points into this packet.
  std::optional<Packet> packet() const { return decode_packet(where.id, body); }
};

class FakeContact : public Contact {
 public:
  static constexpr size_t kUnlimited = std::numeric_limits<size_t>::max();

  SendResult send(Outgoing where, Frame& frame) override {
    if (gone) return SendResult::kGone;
    const bool lossless = where.channel == Channel::kLossless;
    if (lossless ? lossless_room == 0 : lossy_full) return SendResult::kFull;
    if (lossless && lossless_room != kUnlimited) --lossless_room;
    sent.push_back({where, {frame.body().begin(), frame.body().end()}});
    return SendResult::kSent;
  }

  bool relayed() const override { return over_relay; }

  // Returns all packets of one kind on one channel, in order. A control copy counts as the packet
  // inside.
  template <typename P>
  std::vector<P> all(Channel channel = Channel::kLossless) const {
    std::vector<P> found;
    for (const Sent& one : sent) {
      const auto packet = one.packet();
      if (one.where.channel != channel || !packet || !std::holds_alternative<P>(*packet)) continue;
      found.push_back(std::get<P>(*packet));
    }
    return found;
  }
  template <typename P>
  size_t count(Channel channel = Channel::kLossless) const {
    return all<P>(channel).size();
  }
  size_t kills(MsgId id, KillReason reason, Channel channel = Channel::kLossless) const {
    size_t found = 0;
    for (const Kill& kill : all<Kill>(channel)) found += kill == Kill{id, reason} ? 1U : 0U;
    return found;
  }

  std::deque<Sent> sent;
  size_t lossless_room = kUnlimited;  // packets taken before kFull
  bool lossy_full = false;
  bool gone = false;
  bool over_relay = false;
};

class RecordingSink : public MappingSink {
 public:
  void on_established() override {
    ++established;
    if (when_established) when_established();
  }
  void on_stream_data(Bytes bytes) override {
    received.insert(received.end(), bytes.begin(), bytes.end());
    if (when_data) when_data(bytes.size());
  }
  void on_stream_end() override { ++ended; }
  void on_datagram(Bytes bytes) override { datagrams.emplace_back(bytes.begin(), bytes.end()); }
  void on_writable() override {
    ++writable;
    if (when_writable) when_writable();
  }
  void on_closed(KillReason reason) override { closed.push_back(reason); }

  int established = 0;
  int ended = 0;
  int writable = 0;
  std::vector<uint8_t> received;
  std::vector<std::vector<uint8_t>> datagrams;
  std::vector<KillReason> closed;
  std::function<void()> when_established;
  std::function<void(size_t)> when_data;
  std::function<void()> when_writable;
};

class ScriptedHandler : public SessionHandler {
 public:
  static constexpr uint32_t kDrawnEpoch = 0x0E0E0E0E;

  void on_offer(PeerSession& /*session*/, const Offer& offer) override { offers.push_back(offer); }
  void on_offer_gone(PeerSession& /*session*/, const Offer& offer, KillReason reason) override {
    gone.emplace_back(offer.id, reason);
  }
  std::optional<KillReason> on_accept(PeerSession& /*session*/, Mapping& mapping,
                                      ServiceKey service) override {
    accepted_services.push_back(service);
    if (refuse_with) return refuse_with;
    accepted.push_back(&mapping);
    mapping.set_sink(&sinks[mapping.id()]);
    if (acknowledge_at_once) mapping.acknowledge();
    return std::nullopt;
  }
  uint32_t draw_epoch(PeerSession& /*session*/) override { return kDrawnEpoch; }
  void on_pump_wanted(PeerSession& /*session*/) override { ++pumps_wanted; }
  void on_presence(PeerSession& /*session*/, bool present) override {
    presence.push_back(present);
    if (when_presence) when_presence();
  }

  std::optional<KillReason> refuse_with;
  bool acknowledge_at_once = true;

  int pumps_wanted = 0;
  std::vector<Offer> offers;
  std::vector<std::pair<MsgId, KillReason>> gone;
  std::vector<ServiceKey> accepted_services;
  std::vector<Mapping*> accepted;  // dangle when they have ended
  std::map<MsgId, RecordingSink> sinks;
  std::vector<bool> presence;
  std::function<void()> when_presence;
};

}  // namespace ngcshare::test
