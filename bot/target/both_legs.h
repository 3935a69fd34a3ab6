// The tcp leg and the udp leg of a mapping that carries both. Only a peer without kCapMulti makes
// such mappings, because it has one mapping for an offer of both. The mapping ends with its tcp
// leg.
//
// Keeps itself alive until the mapping has ended.
#pragma once

#include <functional>
#include <memory>

#include "bot/target/udp_leg.h"
#include "bot/tunnel/tcp_bridge.h"

namespace ngcshare {

class BothLegs : public MappingSink, public std::enable_shared_from_this<BothLegs> {
 public:
  // Acknowledges the mapping and starts both legs. REQUIRES: `socket` is connected to `target`.
  static void carry(asio::io_context& loop, const TargetPolicy& policy, const Target& target,
                    asio::ip::tcp::socket socket, Mapping& mapping,
                    const std::shared_ptr<ServiceRates::ConnectionRates>& rates,
                    std::function<void()> on_end, std::shared_ptr<LocalPort> port = nullptr);

  void on_established() override {}
  void on_stream_data(Bytes bytes) override { tcp_->on_stream_data(bytes); }
  void on_stream_end() override { tcp_->on_stream_end(); }
  void on_datagram(Bytes bytes) override;
  void on_writable() override { tcp_->on_writable(); }
  void on_closed(KillReason reason) override;

 private:
  BothLegs() = default;
  void end();

  std::shared_ptr<TcpBridge> tcp_;
  std::shared_ptr<UdpLeg> udp_;  // nullptr if no socket could be opened
  std::shared_ptr<BothLegs> self_;
};

}  // namespace ngcshare
