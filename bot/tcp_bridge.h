// Carries one tcp mapping between a local socket and the other peer. Back-pressure runs both ways:
// what the mapping does not take is kept (one chunk) and the socket is not read meanwhile; what the
// socket does not take is kept and not reported as consumed, which shuts the peer's window. Where
// a rate is set, bytes over it wait in the same two ways.
//
// Keeps itself alive while the socket or the mapping needs it.
#pragma once

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "bot/pending_bytes.h"
#include "bot/service_rates.h"
#include "protocol/link/memory_budget.h"
#include "protocol/mapping.h"

namespace ngcshare {

class TcpBridge : public MappingSink, public std::enable_shared_from_this<TcpBridge> {
 public:
  using Socket = asio::ip::tcp::socket;

  // A peer that knows no window may send faster than the socket takes; past this the mapping ends.
  static constexpr size_t kMaxUnwindowedBytes = 8 * 1024 * 1024;

  // In base mode a peer may send what it likes to any number of programs that do not read: beyond
  // this, what waits comes out of `memory`, and where that is spent the mapping ends.
  static constexpr size_t kUncountedBytes = 16 * 1024;

  // After a clean end the local program has this long to end its own direction.
  static constexpr std::chrono::seconds kDrainTime{10};
  // And so long may it take none of the bytes that still wait for it.
  static constexpr std::chrono::seconds kWritePatience{60};

  // `socket` is connected. `on_end` is called once when the bridge has done with socket and
  // mapping. `rates` is nullptr on the member's side. `write_patience` is for tests.
  static std::shared_ptr<TcpBridge> create(Socket socket, link::MemoryBudget& memory,
                                           std::shared_ptr<ServiceRates::Connection> rates,
                                           std::function<void()> on_end,
                                           Duration write_patience = kWritePatience);

  // Ties the bridge to its mapping. Bytes flow from start() on: at once for an offerer, after
  // Ack-Acc (on_established) for an acceptor.
  void attach(Mapping& mapping);
  void start();

  // Drops the connection, telling the peer why.
  void abort(KillReason reason);

  // MappingSink
  void on_established() override { start(); }
  void on_stream_data(Bytes bytes) override;
  void on_stream_end() override;
  void on_datagram(Bytes /*bytes*/) override {}
  void on_writable() override;
  void on_closed(KillReason reason) override;

 private:
  TcpBridge(Socket socket, link::MemoryBudget& memory,
            std::shared_ptr<ServiceRates::Connection> rates, std::function<void()> on_end,
            Duration write_patience);

  size_t allowance(Direction direction);
  void spend(Direction direction, size_t bytes);
  void wait_readable();
  void on_readable();
  void read_some(size_t allowed);
  bool forward(Bytes bytes);
  void on_local_end(const asio::error_code& error);
  bool count_waiting();
  void wait_writable();
  void on_socket_writable();
  void write_pending(size_t allowed);
  void after_write();
  void drain();
  void reset_after(Duration time);
  void close_socket(bool reset);
  void release_mapping();

  link::MemoryBudget& memory_;
  Socket socket_;
  std::shared_ptr<ServiceRates::Connection> rates_;  // until the socket is closed
  std::function<void()> on_end_;
  Mapping* mapping_ = nullptr;
  std::shared_ptr<TcpBridge> self_;  // while the mapping runs or bytes wait for the socket
  std::vector<uint8_t> to_peer_;     // read, not yet taken by the mapping
  PendingBytes to_socket_;           // received, not yet taken by the socket
  size_t counted_ = 0;               // of these, what was taken from memory_
  bool counts_ = false;              // base mode
  bool reading_ = false;             // waits for the socket to be readable, or for a turn then
  bool writing_ = false;
  bool waits_for_write_turn_ = false;
  bool local_ended_ = false;  // the local program sends no more
  bool peer_ended_ = false;   // shut the sending side down once all is written
  bool close_when_written_ = false;
  bool draining_ = false;  // what the local program sends is discarded
  const Duration write_patience_;
  asio::steady_timer end_timer_;  // bounds what follows a clean end
};

}  // namespace ngcshare
