#include "bot/target/udp_leg.h"

#include <asio/post.hpp>
#include <utility>

#include "bot/base/log.h"
#include "bot/base/own_socket.h"
#include "bot/base/steady_time.h"
#include "bot/tunnel/datagram_buffer.h"

namespace ngcshare {

std::shared_ptr<UdpLeg> UdpLeg::create(asio::io_context& loop,
                                       const asio::ip::udp::endpoint& target,
                                       std::shared_ptr<ServiceRates::ConnectionRates> rates,
                                       std::function<void()> on_end, asio::error_code& error) {
  auto flow = std::shared_ptr<UdpLeg>(new UdpLeg(loop, std::move(rates), std::move(on_end)));
  flow->socket_.open(target.protocol(), error);
  if (!error) flow->socket_.non_blocking(true, error);
  if (!error) flow->socket_.connect(target, error);
  if (error) {
    log_warn("target.no_socket", "cannot open a udp socket to {host}: {error}",
             Field{"host", target.address().to_string()}, Field{"error", error.message()});
    if (flow->on_end_) std::exchange(flow->on_end_, nullptr)();
    return nullptr;
  }
  mark_as_own(flow->socket_);
  return flow;
}

UdpLeg::UdpLeg(asio::io_context& loop, std::shared_ptr<ServiceRates::ConnectionRates> rates,
               std::function<void()> on_end)
    : socket_(loop),
      idle_timer_(loop),
      rates_(std::move(rates)),
      on_end_(std::move(on_end)),
      last_used_(steady_now()) {}

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
                       if (error || self->mapping_ == nullptr) return;
                       self->read_some();
                     });
}

void UdpLeg::read_some() {
  for (int count = 0; count < kDatagramsPerTurn && mapping_ != nullptr; ++count) {
    asio::error_code error;
    const size_t size = socket_.receive(asio::buffer(datagram_buffer), 0, error);
    if (error == asio::error::would_block) break;
    if (error) continue;  // ICMP "connection refused": the service may come up later
    last_used_ = steady_now();
    if (!pass(Direction::kOut, size)) continue;
    if (!mapping_->send_datagram({datagram_buffer.data(), size})) ++dropped_;
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
  asio::error_code ignored;  // UDP may lose it
  socket_.send(asio::buffer(bytes.data(), bytes.size()), 0, ignored);
}

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

void UdpLeg::close() {
  if (!socket_.is_open()) return;
  asio::post(socket_.get_executor(),
             [self = shared_from_this(), on_end = std::exchange(on_end_, nullptr)] {
               if (on_end) on_end();
             });
  self_ = nullptr;
  rates_ = nullptr;
  asio::error_code ignored;
  socket_.close(ignored);
  idle_timer_.cancel();
}

}  // namespace ngcshare
