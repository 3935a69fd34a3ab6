// Receives on the local udp port of another peer's service. Each local source address has its own
// mapping, so that the service sees separate clients as it would without ngcshare.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/ip/udp.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "bot/base/steady_time.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class UdpListener {
 public:
  using Open = std::function<std::shared_ptr<Mapping>(MappingSink&)>;

  static constexpr std::chrono::seconds kIdleTime{120};
  static constexpr std::chrono::seconds kIdleCheck{10};

  UdpListener(asio::ip::udp::socket socket, Open open);
  ~UdpListener();

  // Returns the number of datagrams that could not be sent: too large, no room or no mapping.
  uint64_t dropped() const { return dropped_; }

 private:
  using Endpoint = asio::ip::udp::endpoint;

  // One source address. Stays in flows_ until its mapping ends or it is idle for kIdleTime.
  class Flow : public MappingSink {
   public:
    Flow(UdpListener& listener, const Endpoint& source);
    ~Flow() override;
    bool open();
    void send(Bytes datagram);
    TimePoint last_used() const { return last_used_; }

    void on_established() override;
    void on_stream_data(Bytes /*bytes*/) override {}
    void on_stream_end() override {}
    void on_datagram(Bytes bytes) override;
    void on_writable() override {}
    void on_closed(KillReason reason) override;

   private:
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
  void on_datagram(const Endpoint& source, Bytes bytes);
  void check_idle();

  asio::ip::udp::socket socket_;
  Open open_;
  asio::basic_waitable_timer<ProgramClock> idle_timer_;
  std::map<Endpoint, std::unique_ptr<Flow>> flows_;
  uint64_t dropped_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>();  // handlers may run after our end
};

}  // namespace ngcshare
