// Connects one accepted mapping to the service behind the offer: resolves the host, checks the
// policy, connects, acknowledges the mapping and hands it to the bridge that carries its bytes.
//
// Keeps itself alive until it has handed the mapping over or given up.
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>

#include "bot/base/steady_time.h"
#include "bot/target/address.h"
#include "bot/target/attempt.h"
#include "bot/target/target_ports.h"
#include "bot/target/tcp_dial.h"
#include "bot/tunnel/service_rates.h"
#include "protocol/link/memory_budget.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class TargetConnection : public MappingSink, public std::enable_shared_from_this<TargetConnection> {
 public:
  // Time for the service to accept the connection; shorter than the 15 s that a member waits.
  static constexpr std::chrono::seconds kConnectTimeout{10};

  // The means that the gateway lends.
  struct Means {
    TcpDial::SecondSocket second_socket = nullptr;  // as for TcpDial::start()
    std::shared_ptr<TargetPorts> ports = nullptr;   // nullptr: as many as the machine has
    storage::Person person = {};                    // to whom they count
  };

  // Time to wait for a local port; together with kConnectTimeout shorter than those 15 s.
  static constexpr std::chrono::seconds kPortWait{3};

  // `loop` and `policy` must outlive the connection. `rates` limit its bytes; nullptr for
  // no limit. Calls `on_end` once, when the connection, or the bridge that it became, has ended.
  // Before that it calls `on_outcome` at most once, with the result of the attempt to reach the
  // target; for udp only if it was not made; kHeldBack for tcp that got
  // no local port in time. REQUIRES: the mapping is kDeciding.
  static void open(asio::io_context& loop, const TargetPolicy& policy, Target target,
                   Mapping& mapping, std::shared_ptr<ServiceRates::ConnectionRates> rates,
                   std::function<void()> on_end, std::function<void(Attempt)> on_outcome,
                   Means means);
  ~TargetConnection() override;

  void on_established() override {}
  void on_stream_data(Bytes /*bytes*/) override {}
  void on_stream_end() override {}
  void on_datagram(Bytes /*bytes*/) override {}
  void on_writable() override {}
  void on_closed(KillReason reason) override;

 private:
  TargetConnection(asio::io_context& loop, const TargetPolicy& policy, Target target,
                   Mapping& mapping, std::shared_ptr<ServiceRates::ConnectionRates> rates,
                   std::function<void()> on_end, std::function<void(Attempt)> on_outcome,
                   Means means);

  void on_resolved(TargetAddresses addresses);
  void take_port(TargetEndpoints endpoints);
  void dial(TargetEndpoints endpoints, std::shared_ptr<TargetPorts::Port> port);
  void limit_time();
  void on_dialled(Attempt attempt, const asio::error_code& error, asio::ip::tcp::socket socket);
  void carry_tcp(asio::ip::tcp::socket socket);
  void carry_udp(const TargetEndpoints& endpoints);
  void carry_both(asio::ip::tcp::socket socket);
  void stop_trying();
  // Ends the mapping, and tells of an attempt that this process could not even make.
  void give_up(KillReason reason);
  void give_up_unable(const asio::error_code& why);
  void give_up_waiting();
  std::shared_ptr<Mapping> take_mapping();

  asio::io_context& loop_;
  const TargetPolicy& policy_;
  const Target target_;
  std::shared_ptr<Mapping> mapping_;
  std::shared_ptr<ServiceRates::ConnectionRates> rates_;
  std::function<void()> on_end_;
  std::function<void(Attempt)> on_outcome_;
  Means means_;
  NameLookup lookup_;
  TargetPorts::Ticket ticket_;               // while it waits for a port
  std::shared_ptr<TargetPorts::Port> port_;  // until the bridge holds it, or nullptr
  std::shared_ptr<TcpDial> dial_;            // while it tries to connect
  asio::basic_waitable_timer<ProgramClock> timeout_;
};

}  // namespace ngcshare
