#include "bot/member/udp_listener.h"

#include <utility>

#include "bot/base/log.h"
#include "bot/base/steady_time.h"
#include "bot/tunnel/datagram_buffer.h"

namespace ngcshare {

// -- one source address -----------------------------------------------------------------

UdpListener::Flow::Flow(UdpListener& listener, const Endpoint& source)
    : listener_(listener), source_(source), last_used_(steady_now()) {}

UdpListener::Flow::~Flow() {
  if (mapping_ != nullptr) mapping_->close(KillReason::kIdle, steady_now());
}

bool UdpListener::Flow::open() {
  mapping_ = listener_.open_(*this);
  return mapping_ != nullptr;
}

void UdpListener::Flow::send(Bytes datagram) {
  last_used_ = steady_now();
  if (mapping_->state() == Mapping::State::kOpen) {
    if (!mapping_->send_datagram(datagram)) ++listener_.dropped_;
  } else if (early_.size() < kMaxEarly) {
    early_.emplace_back(datagram.begin(), datagram.end());
  } else {
    ++listener_.dropped_;
  }
}

void UdpListener::Flow::on_established() {
  for (const auto& datagram : std::exchange(early_, {})) {
    if (!mapping_->send_datagram(datagram)) ++listener_.dropped_;
  }
}

void UdpListener::Flow::on_datagram(Bytes bytes) {
  last_used_ = steady_now();
  asio::error_code ignored;  // UDP may lose it
  listener_.socket_.send_to(asio::buffer(bytes.data(), bytes.size()), source_, 0, ignored);
}

void UdpListener::Flow::on_closed(KillReason reason) {
  log_debug("mapping.ended", "udp mapping ended: {reason}", Field{"reason", to_string(reason)});
  listener_.flows_.erase(listener_.flows_.find(source_));  // destroys this flow
}

// -- the port ---------------------------------------------------------------------------

UdpListener::UdpListener(asio::ip::udp::socket socket, Open open)
    : socket_(std::move(socket)), open_(std::move(open)), idle_timer_(socket_.get_executor()) {
  asio::error_code ignored;
  socket_.non_blocking(true, ignored);
  wait_readable();
  check_idle();
}

UdpListener::~UdpListener() = default;

void UdpListener::wait_readable() {
  socket_.async_wait(asio::ip::udp::socket::wait_read,
                     [this, alive = std::weak_ptr(alive_)](const asio::error_code& error) {
                       if (alive.expired() || error) return;
                       read_some();
                       wait_readable();
                     });
}

void UdpListener::read_some() {
  for (int count = 0; count < kDatagramsPerTurn; ++count) {
    Endpoint source;
    asio::error_code error;
    const size_t size = socket_.receive_from(asio::buffer(datagram_buffer), source, 0, error);
    if (error == asio::error::would_block) return;
    if (!error) on_datagram(source, {datagram_buffer.data(), size});
  }
}

void UdpListener::on_datagram(const Endpoint& source, Bytes bytes) {
  auto found = flows_.find(source);
  if (found == flows_.end()) {
    auto flow = std::make_unique<Flow>(*this, source);
    if (!flow->open()) {
      ++dropped_;
      return;
    }
    found = flows_.emplace(source, std::move(flow)).first;
  }
  found->second->send(bytes);
}

void UdpListener::check_idle() {
  const TimePoint now = steady_now();
  std::erase_if(flows_,
                [&](const auto& entry) { return now - entry.second->last_used() >= kIdleTime; });
  idle_timer_.expires_after(kIdleCheck);
  idle_timer_.async_wait([this, alive = std::weak_ptr(alive_)](const asio::error_code& error) {
    if (!alive.expired() && !error) check_idle();
  });
}

}  // namespace ngcshare
