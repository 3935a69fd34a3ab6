#include "tests/whole_program/local_programs.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ngcshare::test {
namespace {

using asio::ip::tcp;
using asio::ip::udp;

constexpr size_t kMostWaiting = 64 * 1024;
std::array<uint8_t, 32 * 1024> local_buffer;

// A reset leaves no connection in TIME_WAIT, of which thousands of runs would leave too many.
void close_socket(tcp::socket& socket, bool reset) {
  asio::error_code ignored;
  if (reset) socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

}  // namespace

// -- servers ---------------------------------------------------------------------------------

EchoServer::EchoServer(asio::io_context& loop) : loop_(loop) {
  asio::error_code error;
  do {
    acceptor_.emplace(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    port_ = acceptor_->local_endpoint().port();
    udp_.emplace(loop, udp::v4());
    udp_->bind({asio::ip::address_v4::loopback(), port_}, error);
  } while (error);
  acceptor_->non_blocking(true);
  udp_->non_blocking(true);
}

void EchoServer::stop_listening() {
  acceptor_.reset();
  udp_.reset();
}

void EchoServer::end_directions() {
  for (const auto& connection : connections_) {
    asio::error_code ignored;
    connection->ended = true;
    connection->waiting.clear();
    connection->socket.shutdown(tcp::socket::shutdown_send, ignored);
  }
}

// Stays closed if another program has taken the port meanwhile.
void EchoServer::listen() {
  if (acceptor_) return;
  asio::error_code error;
  const asio::ip::address_v4 loopback = asio::ip::address_v4::loopback();
  tcp::acceptor acceptor(loop_, tcp::v4());
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
  acceptor.bind({loopback, port_}, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return;
  udp::socket datagrams(loop_, udp::v4());
  datagrams.bind({loopback, port_}, error);
  if (error) return;
  acceptor.non_blocking(true);
  datagrams.non_blocking(true);
  acceptor_.emplace(std::move(acceptor));
  udp_.emplace(std::move(datagrams));
}

bool EchoServer::poll() {
  bool busy = accept();
  for (const auto& connection : connections_) busy = serve(*connection) || busy;
  std::erase_if(connections_, [](const auto& connection) { return connection->over; });
  return answer_datagrams() || busy;
}

bool EchoServer::accept() {
  bool busy = false;
  while (acceptor_) {
    asio::error_code error;
    tcp::socket socket(loop_);
    acceptor_->accept(socket, error);
    if (error) break;
    busy = true;
    socket.non_blocking(true);
    if (manner_ == Manner::kEndAtOnce) socket.shutdown(tcp::socket::shutdown_send, error);
    if (manner_ == Manner::kHangUp) {
      close_socket(socket, false);
    } else {
      connections_.push_back(
          std::make_unique<Connection>(Connection{.socket = std::move(socket), .waiting = {}}));
    }
  }
  return busy;
}

bool EchoServer::serve(Connection& connection) {
  bool busy = read(connection);
  busy = write(connection) || busy;
  const bool done = connection.peer_ended && connection.waiting.empty();
  if (!connection.over && done) end(connection, false);
  return busy;
}

bool EchoServer::read(Connection& connection) {
  if (manner_ == Manner::kStall || manner_ == Manner::kEndAtOnce) return false;
  if (connection.over || connection.peer_ended) return false;
  if (connection.waiting.size() >= kMostWaiting) return false;
  asio::error_code error;
  const size_t count = connection.socket.read_some(asio::buffer(local_buffer), error);
  if (error == asio::error::would_block) return false;
  if (error == asio::error::eof) {
    connection.peer_ended = true;
  } else if (error) {
    end(connection, true);
  } else if (manner_ == Manner::kReset) {
    end(connection, true);
  } else if (!connection.ended) {
    connection.waiting.insert(connection.waiting.end(), local_buffer.begin(),
                              local_buffer.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return true;
}

bool EchoServer::write(Connection& connection) {
  if (connection.over || connection.ended || connection.waiting.empty()) return false;
  asio::error_code error;
  const size_t count = connection.socket.write_some(asio::buffer(connection.waiting), error);
  if (error == asio::error::would_block) return false;
  if (error) {
    end(connection, true);
    return true;
  }
  connection.waiting.erase(connection.waiting.begin(),
                           connection.waiting.begin() + static_cast<std::ptrdiff_t>(count));
  if (manner_ == Manner::kFirstToEnd) {
    connection.ended = true;
    connection.waiting.clear();
    connection.socket.shutdown(tcp::socket::shutdown_send, error);
  }
  return true;
}

void EchoServer::end(Connection& connection, bool reset) {
  close_socket(connection.socket, reset);
  connection.over = true;
}

bool EchoServer::answer_datagrams() {
  bool busy = false;
  while (udp_) {
    udp::endpoint from;
    asio::error_code error;
    const size_t count = udp_->receive_from(asio::buffer(local_buffer), from, 0, error);
    if (error) break;
    busy = true;
    if (manner_ == Manner::kEcho) {
      udp_->send_to(asio::buffer(local_buffer.data(), count), from, 0, error);
    }
  }
  return busy;
}

// -- clients ---------------------------------------------------------------------------------

TcpClient::TcpClient(asio::io_context& loop, const tcp::endpoint& where, size_t bytes,
                     uint32_t number, bool expects_echo)
    : socket_(loop), bytes_(bytes), number_(number), expects_echo_(expects_echo) {
  asio::error_code error;
  socket_.connect(where, error);
  connected_ = !error;
  over_ = !connected_;
  if (connected_) socket_.non_blocking(true);
}

uint8_t TcpClient::byte_at(size_t position) const {
  return static_cast<uint8_t>(position * 31 + position / 251 + number_ * 77);
}

bool TcpClient::poll() {
  if (over_) return false;
  const bool wrote = write();
  return read() || wrote;
}

bool TcpClient::write() {
  if (ended_ || sent_ == bytes_) return false;
  const size_t most = std::min(bytes_ - sent_, local_buffer.size());
  for (size_t i = 0; i < most; ++i) local_buffer[i] = byte_at(sent_ + i);
  asio::error_code error;
  const size_t count = socket_.write_some(asio::buffer(local_buffer.data(), most), error);
  if (error == asio::error::would_block) return false;
  if (error) {
    close(true);
    return true;
  }
  sent_ += count;
  if (sent_ == bytes_) end_direction();
  return true;
}

bool TcpClient::read() {
  if (over_ || !reading_) return false;
  asio::error_code error;
  const size_t count = socket_.read_some(asio::buffer(local_buffer), error);
  if (error == asio::error::would_block) return false;
  if (error) {
    orderly_ = error == asio::error::eof;
    close(true);
    return true;
  }
  for (size_t i = 0; expects_echo_ && i < count; ++i) {
    corrupt_ = corrupt_ || received_ + i >= sent_ || local_buffer[i] != byte_at(received_ + i);
  }
  received_ += count;
  return true;
}

void TcpClient::end_direction() {
  if (over_ || std::exchange(ended_, true)) return;
  asio::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void TcpClient::close(bool reset) {
  close_socket(socket_, reset);
  over_ = true;
}

UdpClient::UdpClient(asio::io_context& loop, const udp::endpoint& where)
    : socket_(loop, udp::endpoint(where.protocol(), 0)), where_(where) {
  socket_.non_blocking(true);
}

void UdpClient::send(size_t bytes) {
  asio::error_code ignored;
  const size_t size = std::min(bytes, local_buffer.size());
  ++sent_;
  socket_.send_to(asio::buffer(local_buffer.data(), size), where_, 0, ignored);
}

bool UdpClient::poll() {
  bool busy = false;
  while (true) {
    udp::endpoint from;
    asio::error_code error;
    socket_.receive_from(asio::buffer(local_buffer), from, 0, error);
    if (error) return busy;
    busy = true;
    ++received_;
  }
}

}  // namespace ngcshare::test
