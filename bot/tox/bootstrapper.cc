#include "bot/tox/bootstrapper.h"

#include <algorithm>
#include <random>
#include <utility>

#include "bot/base/log.h"
#include "bot/tox/node.h"

namespace ngcshare {
namespace {

void put_in_order(std::vector<BootstrapNode>& nodes) {
  std::shuffle(nodes.begin(), nodes.end(), std::mt19937(std::random_device{}()));
  std::stable_partition(nodes.begin(), nodes.end(),
                        [](const BootstrapNode& node) { return node.first; });
}

}  // namespace

Bootstrapper::Bootstrapper(asio::io_context& loop, NetworkNode& node,
                           std::vector<BootstrapNode> nodes, bool resolve_names,
                           std::unique_ptr<OneShotTimer> timer)
    : node_(node),
      nodes_(std::move(nodes)),
      resolve_names_(resolve_names),
      timer_(std::move(timer)),
      lookup_(loop) {
  put_in_order(nodes_);
}

void Bootstrapper::replace(std::vector<BootstrapNode> nodes) {
  nodes_ = std::move(nodes);
  put_in_order(nodes_);
  next_ = 0;
  if (node_.connection() == NetworkConnection::kNone) {
    timer_->cancel();
    on_connection(NetworkConnection::kNone);
  }
}

void Bootstrapper::stop() {
  nodes_.clear();
  timer_->cancel();
  lookup_.cancel();
}

void Bootstrapper::on_connection(NetworkConnection connection) {
  if (connection != NetworkConnection::kNone) {
    timer_->cancel();
    return;
  }
  interval_ = kFirstInterval;
  schedule(std::chrono::milliseconds(0));
}

void Bootstrapper::schedule(std::chrono::milliseconds delay) {
  if (nodes_.empty()) return;
  timer_->set(delay, [this] {
    if (node_.connection() != NetworkConnection::kNone) return;
    ask_some();
    schedule(interval_);
    interval_ = std::min(interval_ * 2, kLongestInterval);
  });
}

void Bootstrapper::ask_some() {
  const size_t count = std::min(kNodesPerRound, nodes_.size());
  for (size_t i = 0; i < count; ++i) {
    ask(nodes_[next_]);
    next_ = (next_ + 1) % nodes_.size();
  }
}

void Bootstrapper::ask(const BootstrapNode& node) {
  asio::error_code not_numeric;
  asio::ip::make_address(node.host, not_numeric);
  if (!not_numeric) {
    ask_at(node.host, node);
    return;
  }
  if (!resolve_names_) return;
  lookup_.start(node.host, [this, node](const NameAnswer& answer) {
    if (!answer.error.empty()) {
      log_debug("boot.no_address", "boot node {host}: {error}", Field{"host", node.host},
                Field{"error", answer.error});
    }
    for (const auto& address : answer.addresses) ask_at(address.to_string(), node);
  });
}

void Bootstrapper::ask_at(const std::string& ip, const BootstrapNode& node) {
  log_debug("boot.asked", "asking boot node {host} port {port}", Field{"host", ip},
            Field{"port", node.port});
  node_.bootstrap(ip, node.port, node.key);
  for (const uint16_t port : node.tcp_ports) node_.add_tcp_relay(ip, port, node.key);
}

}  // namespace ngcshare
