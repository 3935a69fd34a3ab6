// Sockets as toxcore makes them: not marked as ours (bot/base/own_socket.h).
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace ngcshare::test {

// A descriptor with the calls that tests make of it.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  void mark_as_own() const { ::fcntl(number_, F_SETFD, FD_CLOEXEC); }
  int option(int level, int name) const {
    int value = 0;
    socklen_t length = sizeof(value);
    EXPECT_EQ(::getsockopt(number_, level, name, &value, &length), 0);
    return value;
  }
  // Reads the waiting bytes, of at most one datagram.
  std::string receive() const {
    std::string bytes(100, '\0');
    const ssize_t size = ::recv(number_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return bytes;
  }
  void send(const std::string& bytes) const {
    EXPECT_EQ(::send(number_, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }

 private:
  int number_;
};

inline sockaddr_in on_loopback(uint16_t port = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline uint16_t port_of(const Descriptor& socket) {
  sockaddr_in address{};
  socklen_t length = sizeof(address);
  EXPECT_EQ(::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  return ntohs(address.sin_port);
}

// A socket of SOCK_DGRAM or SOCK_STREAM, bound to a port of 127.0.0.1.
inline Descriptor bound_socket(int type) {
  Descriptor socket(::socket(AF_INET, type, 0));
  const sockaddr_in address = on_loopback();
  EXPECT_EQ(::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
            0);
  return socket;
}

inline void connect(const Descriptor& socket, uint16_t port) {
  const sockaddr_in address = on_loopback(port);
  EXPECT_EQ(
      ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
}

// A UDP socket of toxcore's, and one of ours that sends to it.
struct UdpPair {
  UdpPair() {
    sender.mark_as_own();
    connect(sender, port_of(theirs));
  }
  Descriptor theirs = bound_socket(SOCK_DGRAM);
  Descriptor sender = bound_socket(SOCK_DGRAM);
};

// A TCP connection of toxcore's; the other end is ours.
struct TcpPair {
  TcpPair() {
    Descriptor listener = bound_socket(SOCK_STREAM);
    EXPECT_EQ(::listen(listener.number(), 1), 0);
    connect(theirs, port_of(listener));
    sender = Descriptor(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  Descriptor theirs{::socket(AF_INET, SOCK_STREAM, 0)};
  Descriptor sender;
};

}  // namespace ngcshare::test
