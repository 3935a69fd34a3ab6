// One process in the simulator: a PeerSession, the services it shares, and local programs that use
// the services of the other side.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "protocol/session/peer_session.h"
#include "tests/simulation/sim_channel.h"
#include "tests/simulation/sim_datagrams.h"
#include "tests/simulation/sim_stream.h"

namespace ngcshare::test {

// Capabilities of a peer that speaks the link.
inline constexpr uint32_t kWithLink = kCapMulti | kCapWindow | kCapFragment | kLinkCapabilities;

class SimPeer : public Contact, public SessionHandler, public SimProcess {
 public:
  struct Manner {
    uint32_t capabilities = kCapMulti | kCapWindow;
    StreamPlan plan;
    Duration most_connect_time = std::chrono::milliseconds(300);
    bool early = false;  // streams begin before the answer to Accept
    double refuses = 0;  // Accepts
    size_t max_mappings = PeerSession::Config{}.max_mappings;
    link::CongestionAlgorithm congestion = link::CongestionAlgorithm::kBbr;
    bool relayed = false;
    bool own_ids_only = false;  // every Accept names an id of its own
    // Of all peers of one process; must outlive them.
    link::MemoryBudget* memory = nullptr;
    link::SharedLoss* losses = nullptr;
  };

  // All arguments by reference must outlive the peer.
  SimPeer(EventQueue& queue, SeededEntropy& chance, SimChannel& out, Manner manner)
      : queue_(queue), chance_(chance), out_(out), manner_(std::move(manner)) {
    start();
  }

  // -- events ------------------------------------------------------------------------
  void receive(PacketId id, Bytes body);
  // Replaces the process, which dies without a message, by a new one that shares the same services.
  void restart();
  // Report, as NGC does, that the other peer left, or joined.
  void see_peer_leave();
  void see_peer_join();
  // Report that the connection to the other peer was lost, or that the same process is back.
  void see_peer_lost();
  void see_peer_back();
  // Gives the process no processor time for a while: what arrives meanwhile is seen late.
  void stall(Duration duration) { stalled_until_ = queue_.now() + duration; }

  // -- its user's actions ---------------------------------------------------------------
  void share(ServiceKey service, uint16_t port, Transport transport = Transport::kTcp);
  void withdraw(ServiceKey service);
  // Opens a stream to a service of the other side, or returns nullptr if it shares none.
  SimStream* open_stream();
  // The same with datagrams, which the other side returns.
  SimDatagrams* open_datagrams(const DatagramPlan& plan);
  void close_streams(KillReason reason);

  // -- observations --------------------------------------------------------------------------
  Manner& manner() { return manner_; }
  const Manner& manner() const { return manner_; }
  PeerSession& session() { return *session_; }
  const PeerSession& session() const { return *session_; }
  // Returns name and port of every service.
  std::set<std::pair<std::string, uint16_t>> shared() const;
  std::set<std::pair<std::string, uint16_t>> heard() const;
  const std::vector<std::unique_ptr<SimStream>>& streams() const { return streams_; }
  const std::vector<std::unique_ptr<SimDatagrams>>& datagrams() const { return datagrams_; }
  uint64_t packets_sent() const { return packets_sent_; }
  // Returns the most work that a single packet has caused: events reported, and packets sent beside
  // the link.
  uint64_t most_work() const { return most_work_; }
  // Returns the most packets of the link that a single packet has caused. One that acknowledges may
  // let as many go as the congestion window and the pacer permit.
  uint64_t most_link_packets() const { return most_link_packets_; }
  bool presence() const { return session_->present(); }

 private:
  SendResult send(Outgoing where, Frame& frame) override;
  bool relayed() const override { return manner_.relayed; }
  void on_offer(PeerSession& session, const Offer& offer) override;
  void on_offer_gone(PeerSession& session, const Offer& offer, KillReason reason) override;
  std::optional<KillReason> on_accept(PeerSession& session, Mapping& mapping,
                                      ServiceKey service) override;
  uint32_t draw_epoch(PeerSession& /*session*/) override { return draw_msg_id(chance_); }
  void on_presence(PeerSession& /*session*/, bool /*present*/) override {}

  void start();
  void offer(ServiceKey service);
  Mapping* open(Transport transport);
  SimStream* add_stream(Mapping& mapping);
  SimDatagrams* add_datagrams(Mapping& mapping, const DatagramPlan& plan);
  void settle() override;
  void tick();

  EventQueue& queue_;
  SeededEntropy& chance_;
  SimChannel& out_;
  Manner manner_;
  std::map<ServiceKey, Offer> services_;
  std::unique_ptr<PeerSession> session_;
  std::vector<std::unique_ptr<SimStream>> streams_;
  std::vector<std::unique_ptr<SimDatagrams>> datagrams_;
  std::optional<TimePoint> alarm_;
  uint64_t alarm_number_ = 0;
  bool pump_scheduled_ = false;
  TimePoint last_tick_{};
  int ticks_at_once_ = 0;
  uint64_t packets_sent_ = 0;
  uint64_t link_packets_sent_ = 0;
  uint64_t most_work_ = 0;
  uint64_t most_link_packets_ = 0;
  TimePoint stalled_until_{};
};

}  // namespace ngcshare::test
