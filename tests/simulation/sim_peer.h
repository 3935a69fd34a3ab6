// One process in the simulator: a PeerSession, what it shares, and local programs that use what
// the other side shares.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "protocol/peer_session.h"
#include "tests/simulation/sim_channel.h"
#include "tests/simulation/sim_stream.h"

namespace ngcshare::test {

class SimPeer : public Contact, public SessionHandler {
 public:
  struct Manner {
    uint32_t capabilities = kCapMulti | kCapWindow;
    StreamPlan plan;
    Duration most_connect_time = std::chrono::milliseconds(300);
    double refuses = 0;  // Accepts
  };

  // All outlive the peer.
  SimPeer(EventQueue& queue, SeededEntropy& chance, SimChannel& out, Manner manner)
      : queue_(queue), chance_(chance), out_(out), manner_(std::move(manner)) {
    start();
  }

  // -- what happens to it ------------------------------------------------------------------------
  void receive(PacketId id, Bytes body);
  // The process dies without a word and a new one takes its place, sharing the same.
  void restart();
  // NGC reports that the other peer left, or joined.
  void see_peer_leave();
  void see_peer_join();
  // NGC reports that the connection to the other peer was lost, or that the same process is back.
  void see_peer_lost();
  void see_peer_back();

  // -- what its user does ---------------------------------------------------------------
  void share(ServiceKey service, uint16_t port);
  void withdraw(ServiceKey service);
  // Opens a stream to something that the other side shares; nullptr when there is nothing.
  SimStream* open_stream();
  void close_streams(KillReason reason);

  // -- what can be seen --------------------------------------------------------------------------
  Manner& manner() { return manner_; }
  PeerSession& session() { return *session_; }
  // Name and port of every service.
  std::set<std::pair<std::string, uint16_t>> shared() const;
  std::set<std::pair<std::string, uint16_t>> heard() const;
  const std::vector<std::unique_ptr<SimStream>>& streams() const { return streams_; }
  uint64_t packets_sent() const { return packets_sent_; }
  bool presence() const { return session_->present(); }

 private:
  SendResult send(Outgoing where, Frame& frame) override;
  void on_offer(PeerSession& session, const Offer& offer) override;
  void on_offer_gone(PeerSession& session, const Offer& offer, KillReason reason) override;
  std::optional<KillReason> on_accept(PeerSession& session, Mapping& mapping,
                                      ServiceKey service) override;
  void on_presence(PeerSession& /*session*/, bool /*present*/) override {}

  void start();
  void offer(ServiceKey service);
  SimStream* add_stream(Mapping& mapping);
  // After anything was done with the session: sends what waits, sets the alarm.
  void settle();
  void tick();

  EventQueue& queue_;
  SeededEntropy& chance_;
  SimChannel& out_;
  Manner manner_;
  std::map<ServiceKey, Offer> services_;
  std::unique_ptr<PeerSession> session_;
  std::vector<std::unique_ptr<SimStream>> streams_;
  std::optional<TimePoint> alarm_;
  uint64_t alarm_number_ = 0;
  bool pump_scheduled_ = false;
  TimePoint last_tick_{};
  int ticks_at_once_ = 0;
  uint64_t packets_sent_ = 0;
};

}  // namespace ngcshare::test
