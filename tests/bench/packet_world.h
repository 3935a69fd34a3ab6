// The surroundings of tests/bench/packet_bench: a gateway's hub with peers at the other end of a
// wire without delay, in virtual time.
#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bot/peers/session_hub.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {

// One direction of the way between two sessions. Keeps packets until they are carried.
class Wire : public PeerContact {
 public:
  struct Packet {
    PacketId id{};
    std::vector<uint8_t> body;
  };

  SendResult send(Outgoing where, Frame& frame) override;
  const Traffic& sent() const override { return sent_; }
  void set_absent() override {}
  std::optional<Role> role() const override { return std::nullopt; }
  std::string nick() const override { return ""; }

  // Hands the packets to `deliver` in order and forgets them. Returns their number.
  template <typename Deliver>
  size_t carry(const Deliver& deliver) {
    for (size_t i = 0; i < used_; ++i) deliver(packets_[i]);
    return std::exchange(used_, 0);
  }

 private:
  std::vector<Packet> packets_;  // the first used_ wait; the rest keep their memory
  size_t used_ = 0;
  Traffic sent_;
};

class CountingSink : public MappingSink {
 public:
  void on_established() override {}
  void on_stream_data(Bytes data) override { bytes += data.size(); }
  void on_stream_end() override {}
  void on_datagram(Bytes data) override { bytes += data.size(); }
  void on_writable() override {}
  void on_closed(KillReason /*reason*/) override { ++closed; }

  uint64_t bytes = 0;
  int closed = 0;
};

// The session of a peer that uses the gateway's services.
struct FarEnd : SessionHandler {
  FarEnd(Entropy& entropy, const PeerSession::Config& config, TimePoint now)
      : epoch(config.epoch), session(wire, entropy, *this, config, now) {}

  uint32_t draw_epoch(PeerSession& /*session*/) override { return epoch + 1; }
  void on_offer(PeerSession& /*session*/, const Offer& offer) override { heard = offer; }
  void on_offer_gone(PeerSession& /*session*/, const Offer& /*offer*/,
                     KillReason /*reason*/) override {}
  void on_presence(PeerSession& /*session*/, bool /*present*/) override {}
  std::optional<KillReason> on_accept(PeerSession& /*session*/, Mapping& /*mapping*/,
                                      ServiceKey /*service*/) override {
    return KillReason::kDenied;
  }

  const uint32_t epoch;
  Wire wire;
  CountingSink sink;
  std::optional<Offer> heard;
  PeerSession session;
  Peer* peer = nullptr;     // in the hub
  Wire* answers = nullptr;  // the wire from the hub
};

class PacketWorld : private OfferMaker {
 public:
  // The first peer is the busy one.
  explicit PacketWorld(size_t peers);
  ~PacketWorld() override;

  // Opens mappings from the busy peer, or from each other one.
  Mapping& open(FarEnd& end, Transport transport);
  // Lets time pass, with all that is due, until nothing is on its way.
  void settle();
  // Lets a millisecond pass and carries what the busy peer has sent, and the answers. Like the
  // program's loop it calls the hub's timer only when it is due.
  void step();

  FarEnd& busy() { return *ends_.front(); }
  std::vector<std::unique_ptr<FarEnd>>& ends() { return ends_; }
  SessionHub& hub() { return hub_; }
  TimePoint now() const { return now_; }
  // Returns the bytes that have reached the gateway.
  uint64_t bytes_arrived() const { return sink_.bytes; }
  PeerSession::Config config() const;

 private:
  // OfferMaker
  void on_peer_joined(Peer& peer) override;
  std::optional<KillReason> on_accept(Peer& peer, Mapping& mapping, ServiceKey service) override;

  void carry(FarEnd& end);
  void tick(FarEnd& end);

  // Far in the future, so that the hub's timer never fires: step() calls tick().
  TimePoint now_{std::chrono::hours(100'000)};
  asio::io_context loop_{1};
  SeededEntropy entropy_{1};
  CountingSink sink_;
  SessionHub hub_{loop_, entropy_, config(), [this] { return now_; }};
  std::vector<std::unique_ptr<FarEnd>> ends_;
};

}  // namespace ngcshare::test
