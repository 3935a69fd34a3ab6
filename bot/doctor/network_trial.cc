#include "bot/doctor/network_trial.h"

#include <algorithm>

#include "bot/services/address_range.h"
#include "bot/target/tcp_dial.h"

namespace ngcshare {
namespace {

std::optional<asio::ip::address> numeric(const std::string& host) {
  asio::error_code error;
  const auto address = asio::ip::make_address(host, error);
  return error ? std::nullopt : std::optional(address);
}

// Returns the first address of each family: a name with many addresses is still one node.
std::vector<asio::ip::address> first_of_each(const std::vector<asio::ip::address>& all) {
  std::vector<asio::ip::address> addresses;
  for (const auto& address : all) {
    const bool have = std::any_of(addresses.begin(), addresses.end(), [&](const auto& other) {
      return other.is_v4() == address.is_v4();
    });
    if (!have) addresses.push_back(address);
  }
  return addresses;
}

bool are_local(const std::vector<BootstrapNode>& nodes) {
  return std::all_of(nodes.begin(), nodes.end(), [](const BootstrapNode& node) {
    const auto address = numeric(node.host);
    if (!address) return false;
    const AddressKind kind = range_of(plain(*address)).kind;
    return kind == AddressKind::kLoopback || kind == AddressKind::kPrivate ||
           kind == AddressKind::kLinkLocal;
  });
}

void keep_shorter(std::optional<Duration>& time, Duration other) {
  if (!time || other < *time) time = other;
}

}  // namespace

NetworkTrial::NetworkTrial(const DoctorOptions& options, const ToxConfig& config,
                           std::vector<storage::ServiceRecord> services)
    : options_(options),
      config_(config),
      udp_on_(config.udp && !config.proxy),
      local_(are_local(options.common.bootstrap)),
      nodes_(options.common.bootstrap.size()) {
  if (services.size() > kMostServices) services.resize(kMostServices);
  for (auto& service : services) targets_.push_back({.service = std::move(service), .tcp = {}});
}

void NetworkTrial::run() {
  begin_task();
  limit_timer_.expires_after(options_.timeout);
  limit_timer_.async_wait([this](const asio::error_code& error) {
    if (!error) loop_.stop();
  });
  begin_task();
  const auto udp_patience = udp_on_ && !local_ ? kUdpPatience : std::chrono::seconds(0);
  tox_.emplace(loop_, config_, options_.common.bootstrap, udp_patience, [this] { end_task(); });
  for (TargetFigures& figures : targets_) try_target(figures);
  if (config_.proxy) {
    try_proxy();
  } else {
    resolve_nodes();
  }
  end_task();
  loop_.run();
}

void NetworkTrial::end_task() {
  if (--tasks_ == 0) loop_.stop();
}

// -- boot nodes -------------------------------------------------------------------------

void NetworkTrial::resolve_nodes() {
  begin_task();  // until start_dht()
  resolve_timer_.expires_after(kResolveTimeout);
  resolve_timer_.async_wait([this](const asio::error_code& error) {
    if (!error) start_dht();
  });
  unresolved_ = nodes_.size() + 1;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const BootstrapNode& node = options_.common.bootstrap[i];
    if (const auto address = numeric(node.host)) {
      on_node(i, {*address});
      continue;
    }
    lookup_.start(node.host, [this, i](const NameAnswer& answer) {
      on_node(i, first_of_each(answer.addresses));
    });
  }
  if (--unresolved_ == 0) start_dht();
}

void NetworkTrial::on_node(size_t index, std::vector<asio::ip::address> addresses) {
  nodes_[index].resolved = !addresses.empty();
  const BootstrapNode& node = options_.common.bootstrap[index];
  for (const auto& address : addresses) {
    const Endpoint endpoint(address, node.port);
    if (!has_route(endpoint)) continue;
    try_relay(index, address);
    const bool known = std::any_of(dht_nodes_.begin(), dht_nodes_.end(),
                                   [&](const auto& other) { return other.endpoint == endpoint; });
    if (!udp_on_ || dht_ || known) continue;
    nodes_[index].by_udp = true;
    dht_nodes_.push_back({endpoint, node.key});
    dht_indices_.push_back(index);
  }
  if (--unresolved_ == 0 && !dht_) start_dht();
}

void NetworkTrial::try_relay(size_t index, const asio::ip::address& address) {
  for (const uint16_t port : options_.common.bootstrap[index].tcp_ports) {
    nodes_[index].by_tcp = true;
    probe({address}, port, nodes_[index].tcp);
  }
}

// Starts with the nodes resolved so far.
void NetworkTrial::start_dht() {
  resolve_timer_.cancel();
  if (dht_) return;
  dht_.emplace(loop_, dht_nodes_, [this] { end_task(); });
}

void NetworkTrial::try_proxy() {
  begin_task();
  lookup_.start(config_.proxy->host, [this](const NameAnswer& answer) {
    probe(answer.addresses, config_.proxy->port, proxy_connect_);
    end_task();
  });
}

// -- targets ----------------------------------------------------------------------------

void NetworkTrial::try_target(TargetFigures& figures) {
  const std::string& host = figures.service.host;
  figures.allowed = options_.targets.allows_host(host);
  const bool is_checked = figures.service.health == storage::ServiceHealth::kTcp;
  if (!figures.service.enabled || !figures.allowed || !is_checked) return;
  begin_task();
  figures.resolved = needs_no_lookup(host);
  resolve_target(lookup_, options_.targets, {host, 0},
                 [this, &figures](const TargetAddresses& addresses) {
                   on_target(figures, addresses);
                   end_task();
                 });
}

void NetworkTrial::on_target(TargetFigures& figures, const TargetAddresses& addresses) {
  figures.resolved = addresses.error.empty();
  if (addresses.allowed.empty() && !addresses.refused.empty()) {
    figures.refused = address_not_allowed(figures.service.host, addresses.refused.front());
  }
  if (addresses.allowed.empty()) return;
  std::vector<asio::ip::address> allowed;
  for (const auto& endpoint : addresses.allowed) allowed.push_back(endpoint.address());
  for (const storage::PortRange& range : figures.service.ports) {
    if (!range.tcp) continue;
    for (uint32_t port = range.first; port <= range.last; ++port) {
      figures.tcp.push_back({.port = static_cast<uint16_t>(port)});
    }
  }
  for (TargetFigures::Port& port : figures.tcp) probe(allowed, port.port, port.connect);
}

void NetworkTrial::probe(const std::vector<asio::ip::address>& addresses, uint16_t port,
                         std::optional<Duration>& time) {
  TargetEndpoints endpoints;
  for (const auto& address : addresses) endpoints.emplace_back(address, port);
  begin_task();
  const auto begin = std::chrono::steady_clock::now();
  TcpDial::start(
      loop_, std::move(endpoints), kConnectTimeout,
      [this, begin, &time](Attempt attempt, const asio::error_code&, const asio::ip::tcp::socket&) {
        const auto took = std::chrono::steady_clock::now() - begin;
        if (attempt == Attempt::kReached)
          keep_shorter(time, std::chrono::duration_cast<Duration>(took));
        end_task();
      });
}

// -- results ----------------------------------------------------------------------------

NetworkFigures NetworkTrial::network() const {
  NetworkFigures figures{.udp_on = udp_on_,
                         .proxy = config_.proxy.has_value(),
                         .local = local_,
                         .limit = options_.timeout,
                         .nodes = nodes_,
                         .proxy_connect = proxy_connect_,
                         .tox = tox_->result(),
                         .udp_port = config_.udp_port,
                         .tcp_port = config_.tcp_relay_port,
                         .seen = {},
                         .local_port = dht_ ? dht_->local_port() : uint16_t{0}};
  const auto results = dht_ ? dht_->results() : std::vector<dht::Exam::Result>();
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].round_trip) {
      keep_shorter(figures.nodes[dht_indices_[i]].udp, *results[i].round_trip);
    }
    if (results[i].seen_as) figures.seen.push_back(*results[i].seen_as);
  }
  return figures;
}

}  // namespace ngcshare
