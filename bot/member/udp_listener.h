// Receives on the local udp port of another peer's service. Each local source address has its own
// mapping, so that the service sees separate clients as it would without ngcshare. A program that
// sends from ever new ports, such as a resolver, uses each of them once; when there are too many,
// the one that has been idle longest makes room.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/ip/udp.hpp>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "bot/base/steady_time.h"
#include "bot/tunnel/dial_mark.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class UdpListener {
 public:
  using Open = std::function<std::shared_ptr<Mapping>(MappingSink&)>;
  // Returns true for a datagram that must not be answered: its source gets no mapping.
  using Refuses = std::function<bool(const DatagramTrace&)>;

  static constexpr std::chrono::seconds kIdleTime{120};
  static constexpr std::chrono::seconds kIdleCheck{10};
  static constexpr size_t kMostFlows = 1024;  // half of the mappings that a peer allows
  // A flow that has been idle for so long also makes room for one that the session refuses.
  static constexpr std::chrono::seconds kSpareTime{10};

  // `most_flows` is for tests.
  UdpListener(asio::ip::udp::socket socket, Open open, Refuses refuses = nullptr,
              size_t most_flows = kMostFlows);
  ~UdpListener();

  // Returns the number of datagrams that could not be sent: too large, no room, no mapping or
  // refused.
  uint64_t dropped() const { return dropped_; }

 private:
  using Endpoint = asio::ip::udp::endpoint;

  class Flow;
  using Flows = std::list<Flow>;

  // One source address. Stays in flows_ until its mapping ends, it is idle for kIdleTime, or makes
  // room for another one.
  class Flow : public MappingSink {
   public:
    Flow(UdpListener& listener, const Endpoint& source);
    ~Flow() override;
    Flow(const Flow&) = delete;
    Flow& operator=(const Flow&) = delete;
    bool open();
    void send(Bytes datagram);
    const Endpoint& source() const { return source_; }
    TimePoint last_used() const { return last_used_; }

    void on_established() override;
    void on_stream_data(Bytes /*bytes*/) override {}
    void on_stream_end() override {}
    void on_datagram(Bytes bytes) override;
    void on_writable() override {}
    void on_closed(KillReason reason) override;

   private:
    void note_use();

    // Datagrams that may wait for Ack-Acc: a few packets of a handshake, not a download.
    static constexpr size_t kMaxEarly = 16;

    UdpListener& listener_;
    Endpoint source_;
    std::shared_ptr<Mapping> mapping_;
    std::deque<std::vector<uint8_t>> early_;
    TimePoint last_used_;
  };

  void wait_readable();
  void read_some();
  void on_datagram(const Endpoint& source, Bytes bytes, const DatagramTrace& trace);
  Flow* open_flow(const Endpoint& source);
  void end_longest_idle();
  void check_idle();

  asio::ip::udp::socket socket_;
  Open open_;
  Refuses refuses_;
  const size_t most_flows_;
  asio::basic_waitable_timer<ProgramClock> idle_timer_;
  Flows flows_;  // the longest idle first
  std::map<Endpoint, Flows::iterator> by_source_;
  uint64_t dropped_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>();  // handlers may run after our end
};

}  // namespace ngcshare
