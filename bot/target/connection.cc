#include "bot/target/connection.h"

#include <utility>

#include "bot/base/log.h"
#include "bot/base/own_exhaustion.h"
#include "bot/base/own_socket.h"
#include "bot/base/steady_time.h"
#include "bot/target/both_legs.h"
#include "bot/target/udp_leg.h"
#include "bot/tunnel/tcp_bridge.h"

namespace ngcshare {

void TargetConnection::open(asio::io_context& loop, link::MemoryBudget& memory,
                            const TargetPolicy& policy, Target target, Mapping& mapping,
                            std::shared_ptr<ServiceRates::ConnectionRates> rates,
                            std::function<void()> on_end, std::function<void(Attempt)> on_outcome) {
  const std::shared_ptr<TargetConnection> connection(
      new TargetConnection(loop, memory, std::move(target), mapping, std::move(rates),
                           std::move(on_end), std::move(on_outcome)));
  mapping.set_sink(connection.get());
  connection->timeout_.expires_after(kConnectTimeout);
  connection->timeout_.async_wait([connection](const asio::error_code& error) {
    if (!error) connection->give_up(KillReason::kTargetUnreachable);
  });
  resolve_target(
      connection->resolver_, policy, connection->target_,
      [connection](TargetEndpoints endpoints) { connection->on_resolved(std::move(endpoints)); });
}

TargetConnection::TargetConnection(asio::io_context& loop, link::MemoryBudget& memory,
                                   Target target, Mapping& mapping,
                                   std::shared_ptr<ServiceRates::ConnectionRates> rates,
                                   std::function<void()> on_end,
                                   std::function<void(Attempt)> on_outcome)
    : loop_(loop),
      memory_(memory),
      target_(std::move(target)),
      mapping_(mapping.shared_from_this()),
      rates_(std::move(rates)),
      on_end_(std::move(on_end)),
      on_outcome_(std::move(on_outcome)),
      resolver_(loop),
      socket_(loop),
      timeout_(loop) {}

TargetConnection::~TargetConnection() {
  if (on_end_) on_end_();
}

void TargetConnection::on_resolved(TargetEndpoints endpoints) {
  if (mapping_ == nullptr) return;
  if (endpoints.empty()) {
    give_up(KillReason::kTargetUnreachable);
    return;
  }
  endpoints_ = std::move(endpoints);
  if (mapping_->transports().tcp) {
    connect_next();
  } else {
    carry_udp(endpoints_.front());
  }
}

void TargetConnection::connect_next() {
  if (mapping_ == nullptr) return;
  if (next_endpoint_ == endpoints_.size()) {
    unable_ ? give_up_unable(unable_) : give_up(failure_);
    return;
  }
  const auto endpoint = endpoints_[next_endpoint_++];
  asio::error_code error;
  socket_.close(error);
  socket_.open(endpoint.protocol(), error);
  if (error) {
    on_try_failed(endpoint, error);
    return;
  }
  mark_as_own(socket_);
  socket_.async_connect(
      endpoint, [self = shared_from_this(), endpoint](const asio::error_code& failure) {
        if (self->mapping_ == nullptr || failure == asio::error::operation_aborted) return;
        failure ? self->on_try_failed(endpoint, failure) : self->on_tcp_connected();
      });
}

void TargetConnection::on_try_failed(const asio::ip::tcp::endpoint& endpoint,
                                     const asio::error_code& why) {
  if (why == asio::error::connection_refused) failure_ = KillReason::kTargetRefused;
  if (is_own_exhaustion_at_connect(why.value(), endpoint.address().is_v4())) unable_ = why;
  log_debug("target.try_failed", "target {host} port {port}: {error}", Field{"host", target_.host},
            Field{"port", target_.port}, Field{"error", why.message()});
  connect_next();
}

std::shared_ptr<Mapping> TargetConnection::take_mapping() {
  timeout_.cancel();
  std::shared_ptr<Mapping> mapping = std::exchange(mapping_, nullptr);
  mapping->set_sink(nullptr);
  return mapping;
}

void TargetConnection::on_tcp_connected() {
  if (on_outcome_) std::exchange(on_outcome_, nullptr)(Attempt::kReached);
  if (mapping_->transports().udp) {
    carry_both();
    return;
  }
  const auto mapping = take_mapping();
  const auto bridge = TcpBridge::create(std::move(socket_), memory_, std::move(rates_),
                                        std::exchange(on_end_, nullptr));
  bridge->attach(*mapping);
  mapping->acknowledge();
  bridge->start();
}

void TargetConnection::carry_udp(const asio::ip::tcp::endpoint& endpoint) {
  asio::error_code error;
  const auto flow = UdpLeg::create(loop_, {endpoint.address(), endpoint.port()}, std::move(rates_),
                                   std::exchange(on_end_, nullptr), error);
  if (flow == nullptr) {
    const bool unable = is_own_exhaustion_at_connect(error.value(), endpoint.address().is_v4());
    unable ? give_up_unable(error) : give_up(KillReason::kTargetUnreachable);
    return;
  }
  const auto mapping = take_mapping();
  flow->attach(*mapping);
  mapping->acknowledge();
  flow->start(/*ends_when_idle=*/true);
}

void TargetConnection::carry_both() {
  const asio::ip::tcp::endpoint endpoint = endpoints_[next_endpoint_ - 1];
  const auto mapping = take_mapping();
  BothLegs::carry(loop_, memory_, std::move(socket_), {endpoint.address(), endpoint.port()},
                  *mapping, rates_, std::exchange(on_end_, nullptr));
}

void TargetConnection::give_up(KillReason reason) {
  if (mapping_ == nullptr) return;
  log_info("target.not_reached", "target {host} port {port}: {reason}", Field{"host", target_.host},
           Field{"port", target_.port}, Field{"reason", to_string(reason)});
  resolver_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
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

void TargetConnection::on_closed(KillReason /*reason*/) {
  mapping_ = nullptr;
  timeout_.cancel();
  resolver_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
}

}  // namespace ngcshare
