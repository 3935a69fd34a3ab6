// The gateway's end of one udp mapping. Has its own socket towards the service, so that the service
// sees every member's flow as a separate client. Ends when nothing has passed for kIdleTime.
//
// Keeps itself alive until the mapping has ended. It is destroyed by a task of the loop.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <functional>
#include <memory>

#include "bot/base/steady_time.h"
#include "bot/tunnel/service_rates.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class UdpLeg : public MappingSink, public std::enable_shared_from_this<UdpLeg> {
 public:
  static constexpr std::chrono::seconds kIdleTime{120};

  // Returns nullptr and sets `error` if no socket can be opened. Datagrams over `rates` (nullptr
  // for no limit) are dropped. Calls `on_end` once: from the loop at the end, or before it returns
  // nullptr.
  static std::shared_ptr<UdpLeg> create(asio::io_context& loop,
                                        const asio::ip::udp::endpoint& target,
                                        std::shared_ptr<ServiceRates::ConnectionRates> rates,
                                        std::function<void()> on_end, asio::error_code& error);

  void attach(Mapping& mapping);
  // Starts carrying datagrams. `ends_when_idle` is false for the udp leg of a BothLegs.
  void start(bool ends_when_idle);
  void abort(KillReason reason);

  // Returns the number of the service's datagrams that could not be sent to the member (too large
  // or no room) plus datagrams in either direction over the rate.
  uint64_t dropped() const { return dropped_; }

  void on_established() override {}
  void on_stream_data(Bytes /*bytes*/) override {}
  void on_stream_end() override {}
  void on_datagram(Bytes bytes) override;
  void on_writable() override {}
  void on_closed(KillReason reason) override;

 private:
  UdpLeg(asio::io_context& loop, std::shared_ptr<ServiceRates::ConnectionRates> rates,
         std::function<void()> on_end);

  bool pass(Direction direction, size_t bytes);
  void wait_readable();
  void read_some();
  void wait_idle();
  void close();

  asio::ip::udp::socket socket_;
  asio::basic_waitable_timer<ProgramClock> idle_timer_;
  std::shared_ptr<ServiceRates::ConnectionRates> rates_;  // until the socket is closed
  std::function<void()> on_end_;
  std::shared_ptr<Mapping> mapping_;
  std::shared_ptr<UdpLeg> self_;
  TimePoint last_used_;
  uint64_t dropped_ = 0;
};

}  // namespace ngcshare
