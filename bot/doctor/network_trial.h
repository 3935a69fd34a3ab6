// Tries the network and the services' targets, all at once on one event loop.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bot/doctor/dht_probe.h"
#include "bot/doctor/join_trial.h"
#include "bot/lookup/name_lookup.h"
#include "bot/options/options.h"
#include "bot/target/address.h"
#include "storage/values/service_record.h"

namespace ngcshare {

struct BootNodeFigures {
  bool resolved = false;          // its host name was resolved
  bool by_udp = false;            // was asked: UDP is on and there is a route
  bool by_tcp = false;            // its relay was tried
  std::optional<Duration> udp{};  // round trip
  std::optional<Duration> tcp{};  // time to connect
};

struct NetworkFigures {
  bool udp_on = true;  // as configured
  bool proxy = false;
  // All boot nodes are in a local network, where toxcore never reports a UDP connection while it
  // has a relay.
  bool local = false;
  std::chrono::seconds limit{};
  std::vector<BootNodeFigures> nodes;
  std::optional<Duration> proxy_connect{};  // time to connect
  JoinTrial::Result tox;
  uint16_t udp_port = 0;                      // as configured; 0: any
  uint16_t tcp_port = 0;                      // of our relay for others; 0: none
  std::vector<asio::ip::udp::endpoint> seen;  // our socket's address as nodes see it
  uint16_t local_port = 0;
};

struct TargetFigures {
  struct Port {
    uint16_t port = 0;
    std::optional<Duration> connect{};  // nullopt: it does not answer
  };
  storage::ServiceRecord service;
  bool allowed = true;    // by --allow-target
  std::string refused{};  // why an allowed name's addresses are not allowed; empty if one is
  bool resolved = true;   // the host name was resolved
  std::vector<Port> tcp;  // the ports tried; none if the service is disabled or not checked
};

// Changes nothing; all its activity ends with its destruction. Behind a proxy it resolves no boot
// node's name and sends nothing past the proxy.
class NetworkTrial {
 public:
  static constexpr size_t kMostServices = 200;  // further ones are not tried

  // `config` replaces the toxcore settings of `options`. REQUIRES: `options` outlives this.
  NetworkTrial(const DoctorOptions& options, const ToxConfig& config,
               std::vector<storage::ServiceRecord> services);

  // Blocks until all results are known, or until the options' time limit. REQUIRES: called once.
  void run();

  NetworkFigures network() const;
  const std::vector<TargetFigures>& targets() const { return targets_; }

 private:
  using Endpoint = asio::ip::udp::endpoint;

  void resolve_nodes();
  void on_node(size_t index, std::vector<asio::ip::address> addresses);
  void try_relay(size_t index, const asio::ip::address& address);
  void start_dht();
  void try_proxy();
  void try_target(TargetFigures& figures);
  void on_target(TargetFigures& figures, const TargetAddresses& addresses);
  // Connects by tcp to the first address that answers, and stores the time in `time` if it is
  // shorter.
  void probe(const std::vector<asio::ip::address>& addresses, uint16_t port,
             std::optional<Duration>& time);
  void begin_task() { ++tasks_; }
  void end_task();

  static constexpr std::chrono::seconds kUdpPatience{10};  // to wait for UDP after a TCP connection
  static constexpr std::chrono::seconds kConnectTimeout{5};
  static constexpr std::chrono::seconds kResolveTimeout{5};

  const DoctorOptions& options_;
  const ToxConfig config_;
  const bool udp_on_;
  const bool local_;
  asio::io_context loop_{1};
  asio::steady_timer limit_timer_{loop_};
  asio::steady_timer resolve_timer_{loop_};
  NameLookup lookup_{loop_};
  std::vector<BootNodeFigures> nodes_;
  std::vector<TargetFigures> targets_;
  std::optional<Duration> proxy_connect_;
  size_t unresolved_ = 0;
  std::vector<dht::Exam::Node> dht_nodes_;
  std::vector<size_t> dht_indices_;  // into nodes_
  std::optional<DhtProbe> dht_;
  std::optional<JoinTrial> tox_;
  size_t tasks_ = 0;
};

}  // namespace ngcshare
