#include "bot/target/udp_leg.h"

#include <algorithm>
#include <asio/post.hpp>
#include <span>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/own_socket.h"
#include "bot/base/steady_time.h"
#include "bot/target/self_connection.h"
#include "bot/tunnel/datagram_buffer.h"

namespace ngcshare {

std::shared_ptr<UdpLeg> UdpLeg::create(asio::io_context& loop, const TargetPolicy& policy,
                                       const Target& target, const TargetEndpoints& endpoints,
                                       std::shared_ptr<ServiceRates::ConnectionRates> rates,
                                       DialMark mark, std::function<void()> on_end,
                                       asio::error_code& error) {
  auto flow = std::shared_ptr<UdpLeg>(
      new UdpLeg(loop, policy, target, std::move(rates), mark, std::move(on_end)));
  error = asio::error::host_not_found;
  const size_t tried = std::min(endpoints.size(), kMostAddresses);
  for (const auto& endpoint : std::span(endpoints).first(tried)) {
    error = flow->open({endpoint.address(), endpoint.port()});
    if (!error) return flow;
  }
  log_warn("target.no_socket", "cannot open a udp socket to {host}: {error}",
           Field{"host", target.host}, Field{"error", error.message()});
  flow->end_soon();
  return nullptr;
}

UdpLeg::UdpLeg(asio::io_context& loop, const TargetPolicy& policy, Target target,
               std::shared_ptr<ServiceRates::ConnectionRates> rates, DialMark mark,
               std::function<void()> on_end)
    : policy_(policy),
      target_(std::move(target)),
      mark_(mark),
      socket_(loop),
      lookup_(loop),
      idle_timer_(loop),
      rates_(std::move(rates)),
      on_end_(std::move(on_end)),
      last_used_(steady_now()) {}

// Replaces the socket by one that is connected to `endpoint`, or leaves it as it is on failure.
asio::error_code UdpLeg::open(const asio::ip::udp::endpoint& endpoint) {
  asio::ip::udp::socket socket(socket_.get_executor());
  asio::error_code error;
  socket.open(endpoint.protocol(), error);
  if (error) return error;
  mark_as_own(socket);
  socket.non_blocking(true, error);
  if (!error) socket.connect(endpoint, error);
  if (!error && reaches_itself(socket)) error = asio::error::connection_refused;
  if (error) return error;
  mark_.set_on(socket);
  socket_ = std::move(socket);
  endpoint_ = endpoint;
  return error;
}

void UdpLeg::attach(Mapping& mapping) {
  mapping_ = mapping.shared_from_this();
  mapping.set_sink(this);
  self_ = shared_from_this();
}

void UdpLeg::start(bool ends_when_idle) {
  wait_readable();
  if (ends_when_idle) wait_idle();
}

void UdpLeg::wait_readable() {
  socket_.async_wait(asio::ip::udp::socket::wait_read,
                     [self = shared_from_this()](const asio::error_code& error) {
                       if (self->mapping_ == nullptr) return;
                       if (!error) {
                         self->read_some();
                       } else if (error == asio::error::operation_aborted) {
                         self->wait_readable();  // the socket was replaced
                       }
                     });
}

void UdpLeg::read_some() {
  for (int count = 0; count < kDatagramsPerTurn && mapping_ != nullptr; ++count) {
    asio::error_code error;
    const size_t size = socket_.receive(asio::buffer(datagram_buffer), 0, error);
    if (error == asio::error::would_block) break;
    if (error) {
      on_error(error);
      continue;
    }
    last_used_ = steady_now();
    search_.on_heard();
    unanswered_.clear();
    if (!pass(Direction::kOut, size)) continue;
    if (!mapping_->send_datagram({datagram_buffer.data(), size}, last_used_)) ++dropped_;
  }
  if (mapping_ != nullptr) wait_readable();
}

// Spends the datagram's bytes; returns false and counts a drop if it is over the rate.
bool UdpLeg::pass(Direction direction, size_t bytes) {
  if (rates_ == nullptr) return true;
  if (!rates_->admits(direction, bytes)) {
    ++dropped_;
    return false;
  }
  rates_->spend(direction, bytes);
  return true;
}

void UdpLeg::on_datagram(Bytes bytes) {
  last_used_ = steady_now();
  if (!pass(Direction::kIn, bytes.size())) return;
  send(bytes);
  if (search_.on_sent(last_used_)) search();
}

// -- where the service is -----------------------------------------------------------------

void UdpLeg::send(Bytes bytes) {
  unanswered_.clear();
  if (!search_.heard() && bytes.size() <= kMostKept) {
    unanswered_.assign(bytes.begin(), bytes.end());
  }
  asio::error_code error;
  socket_.send(asio::buffer(bytes.data(), bytes.size()), 0, error);
  if (!error) return;
  on_error(error);  // of an earlier datagram: this one was not sent
  socket_.send(asio::buffer(bytes.data(), bytes.size()), 0, error);  // UDP may lose it
}

void UdpLeg::on_error(const asio::error_code& error) {
  const bool refused = error == asio::error::connection_refused ||
                       error == asio::error::host_unreachable ||
                       error == asio::error::network_unreachable;
  if (refused && search_.on_refused(steady_now())) search();
}

// Begins afterwards, because it may replace the socket, which the caller uses.
void UdpLeg::search() {
  if (std::exchange(searching_, true)) return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (self->mapping_ == nullptr) return;
    resolve_target(self->lookup_, self->policy_, self->target_,
                   [self](const TargetAddresses& addresses) { self->on_found(addresses); });
  });
}

void UdpLeg::on_found(const TargetAddresses& addresses) {
  searching_ = false;
  if (mapping_ == nullptr) return;
  const auto next = search_.choose(endpoint_, addresses.allowed);
  if (next == endpoint_ || open(next)) return;
  log_debug("target.moved", "target {host} port {port}: trying {address}",
            Field{"host", target_.host}, Field{"port", target_.port},
            Field{"address", next.address().to_string()});
  if (!unanswered_.empty()) send(std::vector<uint8_t>(unanswered_));
}

// -- the end ------------------------------------------------------------------------------

void UdpLeg::wait_idle() {
  idle_timer_.expires_after(last_used_ + kIdleTime - steady_now());
  idle_timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
    if (error || self->mapping_ == nullptr) return;
    if (steady_now() - self->last_used_ >= kIdleTime) {
      self->abort(KillReason::kIdle);
    } else {
      self->wait_idle();
    }
  });
}

void UdpLeg::abort(KillReason reason) {
  if (const auto mapping = std::exchange(mapping_, nullptr)) {
    mapping->set_sink(nullptr);
    mapping->close(reason, steady_now());
  }
  close();
}

void UdpLeg::on_closed(KillReason /*reason*/) {
  mapping_ = nullptr;
  close();
}

// Reports the end from the loop, which also keeps the leg until no call of a session can be on the
// stack.
void UdpLeg::end_soon() {
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), on_end = std::exchange(on_end_, nullptr)] {
               if (on_end) on_end();
             });
}

void UdpLeg::close() {
  if (!socket_.is_open()) return;
  end_soon();
  self_ = nullptr;
  rates_ = nullptr;
  lookup_.cancel();
  asio::error_code ignored;
  socket_.close(ignored);
  idle_timer_.cancel();
}

}  // namespace ngcshare
