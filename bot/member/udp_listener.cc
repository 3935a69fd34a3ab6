#include "bot/member/udp_listener.h"

#include <iterator>
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

void UdpListener::Flow::note_use() {
  last_used_ = steady_now();
  Flows& flows = listener_.flows_;
  flows.splice(flows.end(), flows, listener_.by_source_.at(source_));
}

void UdpListener::Flow::send(Bytes datagram) {
  note_use();
  if (mapping_->state() == Mapping::State::kOpen) {
    if (!mapping_->send_datagram(datagram, last_used_)) ++listener_.dropped_;
  } else if (early_.size() < kMaxEarly) {
    early_.emplace_back(datagram.begin(), datagram.end());
  } else {
    ++listener_.dropped_;
  }
}

void UdpListener::Flow::on_established() {
  for (const auto& datagram : std::exchange(early_, {})) {
    if (!mapping_->send_datagram(datagram, steady_now())) ++listener_.dropped_;
  }
}

void UdpListener::Flow::on_datagram(Bytes bytes) {
  note_use();
  asio::error_code ignored;  // UDP may lose it
  listener_.socket_.send_to(asio::buffer(bytes.data(), bytes.size()), source_, 0, ignored);
}

void UdpListener::Flow::on_closed(KillReason reason) {
  log_debug("mapping.ended", "udp mapping ended: {reason}", Field{"reason", to_string(reason)});
  const auto found = listener_.by_source_.find(source_);
  const auto flow = found->second;
  listener_.by_source_.erase(found);
  listener_.flows_.erase(flow);  // destroys this flow
}

// -- the port ---------------------------------------------------------------------------

UdpListener::UdpListener(asio::ip::udp::socket socket, Open open, Refuses refuses,
                         size_t most_flows)
    : socket_(std::move(socket)),
      open_(std::move(open)),
      refuses_(std::move(refuses)),
      most_flows_(most_flows),
      idle_timer_(socket_.get_executor()) {
  asio::error_code ignored;
  socket_.non_blocking(true, ignored);
  ask_for_traces(socket_);
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
    DatagramTrace trace;
    asio::error_code error;
    const size_t size =
        receive_traced(socket_, asio::buffer(datagram_buffer), source, trace, error);
    if (error == asio::error::would_block) return;
    if (!error) on_datagram(source, {datagram_buffer.data(), size}, trace);
  }
}

void UdpListener::on_datagram(const Endpoint& source, Bytes bytes, const DatagramTrace& trace) {
  const auto known = by_source_.find(source);
  const bool refused = known == by_source_.end() && refuses_ && refuses_(trace);
  Flow* const flow = refused                     ? nullptr
                     : known == by_source_.end() ? open_flow(source)
                                                 : &*known->second;
  if (flow == nullptr) {
    ++dropped_;
  } else {
    flow->send(bytes);
  }
}

UdpListener::Flow* UdpListener::open_flow(const Endpoint& source) {
  if (flows_.size() >= most_flows_) end_longest_idle();
  Flow* const flow = &flows_.emplace_back(*this, source);
  by_source_.emplace(source, std::prev(flows_.end()));
  if (flow->open()) return flow;
  const bool is_spare = steady_now() - flows_.front().last_used() >= kSpareTime;
  if (is_spare) {
    end_longest_idle();
    if (flow->open()) return flow;
  }
  by_source_.erase(source);
  flows_.pop_back();
  return nullptr;
}

void UdpListener::end_longest_idle() {
  by_source_.erase(flows_.front().source());
  flows_.pop_front();
}

void UdpListener::check_idle() {
  const TimePoint now = steady_now();
  while (!flows_.empty() && now - flows_.front().last_used() >= kIdleTime) end_longest_idle();
  idle_timer_.expires_after(kIdleCheck);
  idle_timer_.async_wait([this, alive = std::weak_ptr(alive_)](const asio::error_code& error) {
    if (!alive.expired() && !error) check_idle();
  });
}

}  // namespace ngcshare
