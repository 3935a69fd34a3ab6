#include "bot/doctor/dht_probe.h"

#include <algorithm>
#include <asio/ip/v6_only.hpp>
#include <chrono>
#include <utility>

#include "bot/base/own_socket.h"
#include "bot/base/steady_time.h"

namespace ngcshare {

bool has_route(const asio::ip::udp::endpoint& endpoint) {
  asio::io_context unused;
  asio::ip::udp::socket socket(unused);
  asio::error_code error;
  socket.open(endpoint.protocol(), error);
  if (error) return false;
  socket.connect(endpoint, error);
  return !error;
}

DhtProbe::DhtProbe(asio::io_context& loop, const std::vector<dht::Exam::Node>& nodes,
                   std::function<void()> on_done)
    : exam_(nodes, entropy_, steady_now()),
      v4_{asio::ip::udp::socket(loop)},
      v6_{asio::ip::udp::socket(loop)},
      timer_(loop),
      on_done_(std::move(on_done)) {
  open(v4_, asio::ip::udp::v4());
  open(v6_, asio::ip::udp::v6());
  timer_.expires_after(std::chrono::seconds(0));
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) advance();
  });
}

void DhtProbe::open(Door& door, const asio::ip::udp& protocol) {
  asio::error_code error;
  door.socket.open(protocol, error);
  if (error) return;
  mark_as_own(door.socket);
  if (protocol == asio::ip::udp::v6()) door.socket.set_option(asio::ip::v6_only(true), error);
  door.socket.bind({protocol, 0}, error);
  door.socket.non_blocking(true, error);
  receive(door);
}

uint16_t DhtProbe::local_port() const {
  asio::error_code error;
  const auto endpoint = v4_.socket.local_endpoint(error);
  return error ? uint16_t{0} : endpoint.port();
}

void DhtProbe::receive(Door& door) {
  door.socket.async_receive_from(
      asio::buffer(door.buffer), door.from,
      [this, &door](const asio::error_code& error, size_t size) {
        if (error == asio::error::operation_aborted || !door.socket.is_open()) return;
        // An error reports an earlier packet that nobody received; wait for the next one.
        if (!error) {
          exam_.receive(door.from, {door.buffer.data(), size}, steady_now());
          advance();
        }
        receive(door);
      });
}

void DhtProbe::advance() {
  if (!on_done_) return;
  if (exam_.deadline() && *exam_.deadline() <= steady_now()) exam_.tick(steady_now());
  while (const auto outgoing = exam_.poll()) {
    auto& socket = outgoing->to.address().is_v4() ? v4_.socket : v6_.socket;
    asio::error_code lost;  // a failed send counts as a lost packet
    socket.send_to(asio::buffer(outgoing->packet), outgoing->to, 0, lost);
  }
  const auto deadline = exam_.deadline();
  if (!deadline) {
    std::exchange(on_done_, nullptr)();
    return;
  }
  timer_.expires_after(std::max(*deadline - steady_now(), Duration::zero()));
  timer_.async_wait([this](const asio::error_code& error) {
    if (!error) advance();
  });
}

}  // namespace ngcshare
