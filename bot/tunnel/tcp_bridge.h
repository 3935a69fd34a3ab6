// Carries one tcp mapping between a local socket and the other peer, with back-pressure both ways:
// bytes that the mapping does not accept are kept (one chunk) and the socket is not read meanwhile;
// bytes that the socket does not accept are kept and not reported as consumed, which closes the
// peer's window. Bytes over a rate limit wait in the same two ways. A local program that resets the
// connection is noticed while it is not read too; one that ended its direction in order and is gone
// ends the mapping when it refuses bytes, because its own may still be on their way to the peer.
//
// Keeps itself alive while the socket or the mapping needs it. It is destroyed by a task of the
// loop, never from inside one of its functions, because those may be called from inside a session.
//
// The peer's account pays for all bytes that wait here, also after the mapping has ended: in base
// mode a peer may send to any number of programs that do not read. While that account is pressed,
// the connection ends if it makes no progress (link::Progress).
#pragma once

#include <asio/basic_waitable_timer.hpp>
#include <asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "bot/base/steady_time.h"
#include "bot/tunnel/local_port.h"
#include "bot/tunnel/pending_bytes.h"
#include "bot/tunnel/service_rates.h"
#include "bot/tunnel/waiting_bytes_account.h"
#include "protocol/session/mapping.h"

namespace ngcshare {

class TcpBridge : public MappingSink, public std::enable_shared_from_this<TcpBridge> {
 public:
  using Socket = asio::ip::tcp::socket;

  // A peer without a window (kCapWindow) may send faster than the socket accepts. The mapping ends
  // when more than this waits.
  static constexpr size_t kMaxUnwindowedBytes = 8 * 1024 * 1024;

  // Time for the local program to end its own direction after a clean end.
  static constexpr std::chrono::seconds kDrainTime{10};
  // The socket is reset if the local program accepts no byte for this time after the mapping ended.
  static constexpr std::chrono::seconds kWritePatience{60};

  struct Patience {
    Duration write;   // kWritePatience
    Duration memory;  // link::Progress::kPatience: until the next look at the progress
  };
  static constexpr Patience kPatience{kWritePatience, link::Progress::kPatience};

  // Calls `on_end` once, from the loop, when the bridge has finished with both socket and mapping.
  // `on_end` must not hold a pointer to anything that may die earlier. `rates` is
  // nullptr on the member's side. `patience` is for tests. REQUIRES: `socket` is connected.
  static std::shared_ptr<TcpBridge> create(Socket socket,
                                           std::shared_ptr<ServiceRates::ConnectionRates> rates,
                                           std::function<void()> on_end,
                                           const Patience& patience = kPatience);

  // Connects the bridge to its mapping. Bytes flow after start(), which the offering side calls at
  // once and the accepting side after Ack-Acc (on_established).
  void attach(Mapping& mapping);
  // Holds the port until the socket is closed, and says then whether the kernel keeps it.
  void hold(std::shared_ptr<LocalPort> port) { port_ = std::move(port); }
  void start();

  // Closes the connection and sends the reason to the peer.
  void abort(KillReason reason);

  // MappingSink
  void on_established() override { start(); }
  void on_stream_data(Bytes bytes) override;
  void on_stream_end() override;
  void on_datagram(Bytes /*bytes*/) override {}
  void on_writable() override;
  void on_closed(KillReason reason) override;

 private:
  TcpBridge(Socket socket, std::shared_ptr<ServiceRates::ConnectionRates> rates,
            std::function<void()> on_end, const Patience& patience);

  size_t allowance(Direction direction);
  void spend(Direction direction, size_t bytes);
  void wait_readable();
  void on_readable();
  void read_some(size_t allowed);
  bool forward(Bytes bytes);
  void on_local_end(const asio::error_code& error);
  void watch_unread();
  void on_unread_event();
  size_t write_now(Bytes bytes, asio::error_code& error);
  void pay(size_t taken);
  void wait_writable();
  void on_socket_writable();
  void write_pending(size_t allowed);
  void after_write();
  void end_sending();
  void drain();
  void reset_after(Duration time);
  void close_socket(bool reset);
  void release_mapping();

  Socket socket_;
  std::shared_ptr<ServiceRates::ConnectionRates> rates_;  // until the socket is closed
  std::function<void()> on_end_;
  std::shared_ptr<Mapping> mapping_;  // until it ends or is given up
  std::shared_ptr<TcpBridge> self_;   // while the mapping runs; then end_timer_ holds the bridge
  std::shared_ptr<LocalPort> port_;   // until the socket is closed, or nullptr
  bool ended_first_ = false;          // the sending side ended before the local program's
  bool ended_ = false;                // the socket is closed
  std::vector<uint8_t> to_peer_;      // read, not yet accepted by the mapping
  PendingBytes to_socket_;            // received, not yet accepted by the socket
  bool reading_ = false;              // waits for a readable socket, then perhaps for a turn
  bool writing_ = false;              // waits for a writable socket, then perhaps for a turn
  bool waits_for_write_turn_ = false;
  bool watching_ = false;     // waits for an error of the socket
  bool local_ended_ = false;  // the local program sends no more
  bool peer_ended_ = false;   // the sending side is shut down when all is written
  bool close_when_written_ = false;
  bool draining_ = false;                // bytes from the local program are discarded
  std::optional<TimePoint> last_write_;  // to the socket
  const Duration write_patience_;
  asio::basic_waitable_timer<ProgramClock> end_timer_;  // limits the time after a clean end
  WaitingBytesAccount waiting_;                         // of to_peer_ and to_socket_
};

}  // namespace ngcshare
