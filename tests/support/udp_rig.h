// A local program with a UDP socket, for tests of both ends of UDP mappings.
#pragma once

#include <asio/ip/udp.hpp>
#include <vector>

#include "tests/support/mapping_rig.h"

namespace ngcshare::test {

using UdpSocket = asio::ip::udp::socket;
using Datagrams = std::vector<std::vector<uint8_t>>;

inline constexpr TransportSet kUdp{false, true};

struct UdpProgram {
  explicit UdpProgram(asio::io_context& loop)
      : socket(loop, {asio::ip::address_v4::loopback(), 0}) {
    socket.non_blocking(true);
  }
  void send(const std::vector<uint8_t>& bytes, const UdpSocket::endpoint_type& where) {
    socket.send_to(asio::buffer(bytes), where);
  }
  // Appends the next datagram to `received`. Returns false if there is none.
  bool receive() {
    std::vector<uint8_t> buffer(70000);
    asio::error_code error;
    const size_t size = socket.receive_from(asio::buffer(buffer), from, 0, error);
    if (error) return false;
    buffer.resize(size);
    received.push_back(std::move(buffer));
    return true;
  }

  UdpSocket socket;
  UdpSocket::endpoint_type from;  // the sender of the last datagram
  Datagrams received;
};

}  // namespace ngcshare::test
