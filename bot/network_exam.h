// Tries the network and the services' targets, all at the same time on one event loop.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bot/dht_probe.h"
#include "bot/options.h"
#include "bot/target_probe.h"
#include "bot/tox_trial.h"
#include "storage/service_record.h"

namespace ngcshare {

struct BootNodeFigures {
  bool resolved = false;          // its name was found
  bool by_udp = false;            // it was asked: there is a route to it, and UDP is on
  bool by_tcp = false;            // it has a relay that was tried
  std::optional<Duration> udp{};  // round trip
  std::optional<Duration> tcp{};  // until connected
};

struct NetworkFigures {
  bool udp_on = true;  // as configured
  bool proxy = false;
  // All boot nodes stand in a local network, where toxcore never speaks of a connection by UDP
  // while it has a relay.
  bool local = false;
  std::chrono::seconds limit{};
  std::vector<BootNodeFigures> nodes;
  std::optional<Duration> proxy_connect{};  // until the proxy was connected to
  ToxTrial::Result tox;
  uint16_t udp_port = 0;                      // as configured; 0: any
  uint16_t tcp_port = 0;                      // of the relay for others; 0: none
  std::vector<asio::ip::udp::endpoint> seen;  // how nodes see our socket
  uint16_t local_port = 0;
};

struct TargetFigures {
  struct Port {
    uint16_t port = 0;
    std::optional<Duration> connect{};  // nullopt: it does not answer
  };
  storage::ServiceRecord service;
  bool allowed = true;    // by --allow-target
  bool resolved = true;   // the host's name was found
  std::vector<Port> tcp;  // those that were tried; of a service that is off none
};

// Only looks; everything it starts ends with it. Behind a proxy no name of a boot node is asked for
// and nothing is sent to a node past the proxy.
class NetworkExam {
 public:
  static constexpr size_t kMostServices = 200;  // those behind are not tried

  // `options` outlive this. `config` takes the place of theirs for toxcore.
  NetworkExam(const DoctorOptions& options, const ToxConfig& config,
              std::vector<storage::ServiceRecord> services);

  // Blocks until all is known, or for the time limit of the options. Once.
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
  void on_target(TargetFigures& figures, const std::vector<asio::ip::address>& addresses);
  // Connects by tcp and writes the time down, if it is shorter than what stands there.
  void probe(const std::string& ip, uint16_t port, std::optional<Duration>& time);
  void begin_task() { ++tasks_; }
  void end_task();

  static constexpr std::chrono::seconds kUdpPatience{10};  // behind a connection by TCP
  static constexpr std::chrono::seconds kConnectTimeout{5};
  static constexpr std::chrono::seconds kResolveTimeout{5};

  const DoctorOptions& options_;
  const ToxConfig config_;
  const bool udp_on_;
  const bool local_;
  asio::io_context loop_{1};
  asio::steady_timer limit_timer_{loop_};
  asio::steady_timer resolve_timer_{loop_};
  asio::ip::tcp::resolver resolver_{loop_};
  TargetPolicy anywhere_;  // what is tried here was chosen before
  std::vector<BootNodeFigures> nodes_;
  std::vector<TargetFigures> targets_;
  std::optional<Duration> proxy_connect_;
  size_t unresolved_ = 0;
  std::vector<dht::Exam::Node> dht_nodes_;
  std::vector<size_t> dht_indices_;  // into nodes_
  std::optional<DhtProbe> dht_;
  std::optional<ToxTrial> tox_;
  size_t tasks_ = 0;
};

}  // namespace ngcshare
