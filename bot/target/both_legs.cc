#include "bot/target/both_legs.h"

#include <utility>

namespace ngcshare {

void BothLegs::carry(asio::io_context& loop, const TargetPolicy& policy, const Target& target,
                     asio::ip::tcp::socket socket, Mapping& mapping,
                     const std::shared_ptr<ServiceRates::ConnectionRates>& rates,
                     std::function<void()> on_end, std::shared_ptr<LocalPort> port) {
  asio::error_code unconnected;
  TargetEndpoints endpoints{socket.remote_endpoint(unconnected)};
  if (unconnected) endpoints.clear();
  const std::shared_ptr<BothLegs> both(new BothLegs());
  both->self_ = both;
  both->tcp_ = TcpBridge::create(std::move(socket), rates,
                                 [both = std::weak_ptr(both), on_end = std::move(on_end)] {
                                   if (const auto alive = both.lock()) alive->end();
                                   if (on_end) on_end();
                                 });
  both->tcp_->hold(std::move(port));
  asio::error_code ignored;  // the udp leg is missing then
  both->udp_ = UdpLeg::create(loop, policy, target, endpoints, rates, DialMark(mapping.offer_id()),
                              nullptr, ignored);
  both->tcp_->attach(mapping);
  if (both->udp_ != nullptr) both->udp_->attach(mapping);
  mapping.set_sink(both.get());
  mapping.acknowledge();
  both->tcp_->start();
  if (both->udp_ != nullptr) both->udp_->start(/*ends_when_idle=*/false);
}

void BothLegs::on_datagram(Bytes bytes) {
  if (udp_ != nullptr) udp_->on_datagram(bytes);
}

void BothLegs::on_closed(KillReason reason) {
  const auto keep = shared_from_this();
  end();
  tcp_->on_closed(reason);
}

// The udp leg never ends the mapping; it is closed with the tcp leg, which may outlive this object
// while its last bytes wait.
void BothLegs::end() {
  const auto keep = std::exchange(self_, nullptr);
  if (const auto udp = std::exchange(udp_, nullptr)) udp->on_closed(KillReason::kClosed);
}

}  // namespace ngcshare
