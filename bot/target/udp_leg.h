// The gateway's end of one udp mapping. Has its own socket towards the service, so that the service
// sees every member's flow as a separate client. Follows the service to another address
// (UdpSearch). Ends when nothing has passed for kIdleTime.
//
// Keeps itself alive until the mapping has ended. It is destroyed by a task of the loop.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "bot/base/steady_time.h"
#include "bot/target/address.h"
#include "bot/target/udp_search.h"
#include "bot/tunnel/dial_mark.h"
#include "bot/tunnel/service_rates.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class UdpLeg : public MappingSink, public std::enable_shared_from_this<UdpLeg> {
 public:
  static constexpr std::chrono::seconds kIdleTime{120};
  // A larger datagram is not sent again to another address.
  static constexpr size_t kMostKept = 2048;
  static constexpr size_t kMostAddresses = 8;  // further ones are not tried

  // Begins with the first of kMostAddresses `endpoints` to which a socket can be opened; returns
  // nullptr and sets `error` if there is none. `mark` is that of the offer. Datagrams over `rates`
  // (nullptr for no limit) are dropped. Calls `on_end` once, from the loop: at the end, or soon
  // after it returned nullptr. `loop` and `policy` must outlive the leg.
  static std::shared_ptr<UdpLeg> create(asio::io_context& loop, const TargetPolicy& policy,
                                        const Target& target, const TargetEndpoints& endpoints,
                                        std::shared_ptr<ServiceRates::ConnectionRates> rates,
                                        DialMark mark, std::function<void()> on_end,
                                        asio::error_code& error);

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
  UdpLeg(asio::io_context& loop, const TargetPolicy& policy, Target target,
         std::shared_ptr<ServiceRates::ConnectionRates> rates, DialMark mark,
         std::function<void()> on_end);

  asio::error_code open(const asio::ip::udp::endpoint& endpoint);
  void send(Bytes bytes);
  void on_error(const asio::error_code& error);
  void search();
  void on_found(const TargetAddresses& addresses);
  bool pass(Direction direction, size_t bytes);
  void wait_readable();
  void read_some();
  void wait_idle();
  void end_soon();
  void close();

  const TargetPolicy& policy_;
  const Target target_;
  const DialMark mark_;
  asio::ip::udp::socket socket_;
  asio::ip::udp::endpoint endpoint_;  // to which socket_ is connected
  NameLookup lookup_;
  UdpSearch search_;
  bool searching_ = false;
  std::vector<uint8_t> unanswered_;  // the last datagram to an address that has not answered yet
  asio::basic_waitable_timer<ProgramClock> idle_timer_;
  std::shared_ptr<ServiceRates::ConnectionRates> rates_;  // until the socket is closed
  std::function<void()> on_end_;
  std::shared_ptr<Mapping> mapping_;
  std::shared_ptr<UdpLeg> self_;
  TimePoint last_used_;
  uint64_t dropped_ = 0;
};

}  // namespace ngcshare
