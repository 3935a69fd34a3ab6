#include "bot/target/connection.h"

#include <algorithm>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/own_exhaustion.h"
#include "bot/base/steady_time.h"
#include "bot/target/both_legs.h"
#include "bot/target/udp_leg.h"
#include "bot/tunnel/tcp_bridge.h"

namespace ngcshare {

void TargetConnection::open(asio::io_context& loop, const TargetPolicy& policy, Target target,
                            Mapping& mapping, std::shared_ptr<ServiceRates::ConnectionRates> rates,
                            std::function<void()> on_end, std::function<void(Attempt)> on_outcome,
                            Means means) {
  const std::shared_ptr<TargetConnection> connection(
      new TargetConnection(loop, policy, std::move(target), mapping, std::move(rates),
                           std::move(on_end), std::move(on_outcome), std::move(means)));
  mapping.set_sink(connection.get());
  connection->limit_time();
  resolve_target(
      connection->lookup_, policy, connection->target_,
      [connection](TargetAddresses addresses) { connection->on_resolved(std::move(addresses)); });
}

TargetConnection::TargetConnection(asio::io_context& loop, const TargetPolicy& policy,
                                   Target target, Mapping& mapping,
                                   std::shared_ptr<ServiceRates::ConnectionRates> rates,
                                   std::function<void()> on_end,
                                   std::function<void(Attempt)> on_outcome, Means means)
    : loop_(loop),
      policy_(policy),
      target_(std::move(target)),
      mapping_(mapping.shared_from_this()),
      rates_(std::move(rates)),
      on_end_(std::move(on_end)),
      on_outcome_(std::move(on_outcome)),
      means_(std::move(means)),
      lookup_(loop),
      timeout_(loop) {}

TargetConnection::~TargetConnection() {
  if (on_end_) on_end_();
}

void TargetConnection::limit_time() {
  timeout_.expires_after(kConnectTimeout);
  timeout_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (!error) self->give_up(KillReason::kTargetUnreachable);
  });
}

void TargetConnection::on_resolved(TargetAddresses addresses) {
  if (mapping_ == nullptr) return;
  warn_if_refused(target_, addresses);
  if (addresses.allowed.empty()) {
    give_up(KillReason::kTargetUnreachable);
  } else if (mapping_->transports().tcp) {
    take_port(std::move(addresses.allowed));
  } else {
    carry_udp(addresses.allowed);
  }
}

// Dials at once, or when it is this person's turn.
void TargetConnection::take_port(TargetEndpoints endpoints) {
  if (endpoints.size() > TcpDial::kMostAddresses) endpoints.resize(TcpDial::kMostAddresses);
  auto port = means_.ports ? means_.ports->take(means_.person, endpoints) : nullptr;
  if (port != nullptr || means_.ports == nullptr) {
    dial(std::move(endpoints), std::move(port));
    return;
  }
  timeout_.expires_after(kPortWait);
  timeout_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (!error) self->give_up_waiting();
  });
  ticket_ = means_.ports->wait(
      means_.person, endpoints,
      [self = shared_from_this(), endpoints](std::shared_ptr<TargetPorts::Port> granted) {
        self->ticket_ = {};
        self->limit_time();
        self->dial(endpoints, std::move(granted));
      });
}

void TargetConnection::dial(TargetEndpoints endpoints, std::shared_ptr<TargetPorts::Port> port) {
  port_ = std::move(port);
  dial_ = TcpDial::start(
      loop_, std::move(endpoints), kConnectTimeout,
      [self = shared_from_this()](Attempt attempt, const asio::error_code& error,
                                  asio::ip::tcp::socket socket) {
        self->on_dialled(attempt, error, std::move(socket));
      },
      TcpDial::kHeadStart, DialMark(mapping_->offer_id()), means_.second_socket);
}

std::shared_ptr<Mapping> TargetConnection::take_mapping() {
  timeout_.cancel();
  std::shared_ptr<Mapping> mapping = std::exchange(mapping_, nullptr);
  mapping->set_sink(nullptr);
  return mapping;
}

void TargetConnection::on_dialled(Attempt attempt, const asio::error_code& error,
                                  asio::ip::tcp::socket socket) {
  dial_ = nullptr;
  if (mapping_ == nullptr) return;
  if (attempt == Attempt::kNotMade) {
    give_up_unable(error);
    return;
  }
  if (attempt == Attempt::kFailed) {
    give_up(error == asio::error::connection_refused ? KillReason::kTargetRefused
                                                     : KillReason::kTargetUnreachable);
    return;
  }
  if (on_outcome_) std::exchange(on_outcome_, nullptr)(Attempt::kReached);
  asio::error_code unconnected;
  if (port_ != nullptr) port_->reach(socket.remote_endpoint(unconnected));
  if (mapping_->transports().udp) {
    carry_both(std::move(socket));
  } else {
    carry_tcp(std::move(socket));
  }
}

void TargetConnection::carry_tcp(asio::ip::tcp::socket socket) {
  const auto mapping = take_mapping();
  const auto bridge =
      TcpBridge::create(std::move(socket), std::move(rates_), std::exchange(on_end_, nullptr));
  bridge->hold(std::move(port_));
  bridge->attach(*mapping);
  mapping->acknowledge();
  bridge->start();
}

void TargetConnection::carry_udp(const TargetEndpoints& endpoints) {
  asio::error_code error;
  const auto flow =
      UdpLeg::create(loop_, policy_, target_, endpoints, std::move(rates_),
                     DialMark(mapping_->offer_id()), std::exchange(on_end_, nullptr), error);
  if (flow == nullptr) {
    const size_t tried = std::min(endpoints.size(), UdpLeg::kMostAddresses);
    const bool to_ipv4 = endpoints[tried - 1].address().is_v4();  // `error` is of the last one
    const bool unable = is_own_exhaustion_at_connect(error.value(), to_ipv4);
    unable ? give_up_unable(error) : give_up(KillReason::kTargetUnreachable);
    return;
  }
  const auto mapping = take_mapping();
  flow->attach(*mapping);
  mapping->acknowledge();
  flow->start(/*ends_when_idle=*/true);
}

void TargetConnection::carry_both(asio::ip::tcp::socket socket) {
  const auto mapping = take_mapping();
  BothLegs::carry(loop_, policy_, target_, std::move(socket), *mapping, rates_,
                  std::exchange(on_end_, nullptr), std::move(port_));
}

void TargetConnection::give_up(KillReason reason) {
  if (mapping_ == nullptr) return;
  log_info("target.not_reached", "target {host} port {port}: {reason}", Field{"host", target_.host},
           Field{"port", target_.port}, Field{"reason", to_string(reason)});
  stop_trying();
  const bool tcp = mapping_->transports().tcp;
  take_mapping()->close(reason, steady_now());
  if (tcp && on_outcome_) std::exchange(on_outcome_, nullptr)(Attempt::kFailed);
}

void TargetConnection::give_up_unable(const asio::error_code& why) {
  log_warn("target.not_tried",
           "no connection to target {host} port {port} could be made: {error}; this machine, not "
           "the target, has nothing left for it",
           Field{"host", target_.host}, Field{"port", target_.port}, Field{"error", why.message()});
  if (on_outcome_) std::exchange(on_outcome_, nullptr)(Attempt::kNotMade);
  give_up(KillReason::kLimit);
}

void TargetConnection::give_up_waiting() {
  if (on_outcome_) std::exchange(on_outcome_, nullptr)(Attempt::kHeldBack);
  give_up(KillReason::kLimit);
}

void TargetConnection::on_closed(KillReason /*reason*/) {
  mapping_ = nullptr;
  stop_trying();
}

void TargetConnection::stop_trying() {
  const auto keep = shared_from_this();
  timeout_.cancel();
  lookup_.cancel();
  if (ticket_.number != 0) means_.ports->cancel(std::exchange(ticket_, {}));
  if (const auto dial = std::exchange(dial_, nullptr)) dial->stop();
  port_ = nullptr;
}

}  // namespace ngcshare
