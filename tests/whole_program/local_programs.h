// The programs at both ends: servers that gateways share, and clients that use a member's local
// ports. They use real sockets on loopback and never block; poll() does what can be done now.
#pragma once

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ngcshare::test {

// Listens for tcp and udp on one port and returns what it gets, in the manner that is set.
class EchoServer {
 public:
  enum class Manner {
    kEcho,
    kStall,       // accepts and reads nothing
    kHangUp,      // closes each connection at once
    kReset,       // resets each connection after the first bytes
    kFirstToEnd,  // ends its direction after the first bytes, and goes on reading
    kEndAtOnce    // ends its direction at once, and reads nothing
  };
  explicit EchoServer(asio::io_context& loop);

  uint16_t port() const { return port_; }
  void set_manner(Manner manner) { manner_ = manner; }
  // Ends this side's direction of all connections.
  void end_directions();
  void stop_listening();
  void listen();
  // Returns whether anything happened.
  bool poll();

 private:
  struct Connection {
    asio::ip::tcp::socket socket;
    std::vector<uint8_t> waiting;  // read, not yet written
    bool peer_ended = false;
    bool ended = false;
    bool over = false;
  };

  bool accept();
  bool serve(Connection& connection);
  bool read(Connection& connection);
  bool write(Connection& connection);
  void end(Connection& connection, bool reset);
  bool answer_datagrams();

  asio::io_context& loop_;
  uint16_t port_ = 0;
  Manner manner_ = Manner::kEcho;
  std::optional<asio::ip::tcp::acceptor> acceptor_;
  std::optional<asio::ip::udp::socket> udp_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

// Sends bytes over one tcp connection and checks that it gets the same ones back.
class TcpClient {
 public:
  // Connects at once. `expects_echo`: what comes back is what was sent.
  TcpClient(asio::io_context& loop, const asio::ip::tcp::endpoint& where, size_t bytes,
            uint32_t number, bool expects_echo);

  bool poll();
  // Stops or goes on reading, and so, where the server returns the bytes, sending too.
  void set_reading(bool reading) { reading_ = reading; }
  void end_direction();  // no more bytes are sent
  void close(bool reset);

  bool connected() const { return connected_; }
  bool over() const { return over_; }
  bool corrupt() const { return corrupt_; }
  // The other side has returned every byte and ended in an orderly way.
  bool complete() const { return orderly_ && received_ == bytes_; }
  size_t received() const { return received_; }

 private:
  uint8_t byte_at(size_t position) const;
  bool write();
  bool read();

  asio::ip::tcp::socket socket_;
  const size_t bytes_;
  const uint32_t number_;
  const bool expects_echo_;
  size_t sent_ = 0;
  size_t received_ = 0;
  bool connected_ = false;
  bool ended_ = false;
  bool reading_ = true;
  bool over_ = false;
  bool orderly_ = false;
  bool corrupt_ = false;
};

// A udp socket that sends datagrams and counts those that come.
class UdpClient {
 public:
  UdpClient(asio::io_context& loop, const asio::ip::udp::endpoint& where);

  void send(size_t bytes);
  bool poll();
  size_t sent() const { return sent_; }
  size_t received() const { return received_; }

 private:
  asio::ip::udp::socket socket_;
  asio::ip::udp::endpoint where_;
  size_t sent_ = 0;
  size_t received_ = 0;
};

}  // namespace ngcshare::test
