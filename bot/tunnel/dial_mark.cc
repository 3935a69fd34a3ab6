#include "bot/tunnel/dial_mark.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <asio/ip/unicast.hpp>
#include <cerrno>
#include <cstring>

namespace ngcshare {
namespace {

constexpr unsigned kMarks = 1024;
constexpr unsigned kHopLimits = 64;  // of a mark; the traffic class has the other bits

// Ignores failures: nothing is marked or reported then.
void set_option(int socket, int level, int name, int value) {
  ::setsockopt(socket, level, name, &value, sizeof value);
}

int value_in(const cmsghdr& message) {
  if (message.cmsg_len == CMSG_LEN(sizeof(uint8_t))) return *CMSG_DATA(&message);
  int value = -1;
  if (message.cmsg_len >= CMSG_LEN(sizeof value)) {
    std::memcpy(&value, CMSG_DATA(&message), sizeof value);
  }
  return value;
}

void note(const cmsghdr& message, DatagramTrace& trace) {
  const bool v6 = message.cmsg_level == IPPROTO_IPV6;
  if (!v6 && message.cmsg_level != IPPROTO_IP) return;
  if (message.cmsg_type == (v6 ? IPV6_HOPLIMIT : IP_TTL)) trace.hop_limit = value_in(message);
  if (message.cmsg_type == (v6 ? IPV6_TCLASS : IP_TOS)) trace.traffic_class = value_in(message);
}

}  // namespace

DialMark::DialMark(uint32_t offer_id)
    : number_((offer_id ^ offer_id >> 10U ^ offer_id >> 20U) % kMarks) {}

// -- tcp --------------------------------------------------------------------------------------

// Larger than the segments of any network.
int DialMark::segment_bytes() const {
  constexpr int kLeast = 16 * 1024;
  constexpr int kStep = 16;  // more than the bytes of options that the system subtracts
  return kLeast + kStep * static_cast<int>(number_);
}

void DialMark::set_on(asio::ip::tcp::socket& socket) const {
  set_option(socket.native_handle(), IPPROTO_TCP, TCP_MAXSEG, segment_bytes());
}

bool DialMark::is_on(asio::ip::tcp::socket& socket) const {
  constexpr int kTimestamps = 12;  // bytes in each segment, if the system uses them
  int size = 0;
  socklen_t length = sizeof size;
  if (::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_MAXSEG, &size, &length) != 0) {
    return false;
  }
  return size == segment_bytes() || size == segment_bytes() - kTimestamps;
}

// -- udp --------------------------------------------------------------------------------------

// Between the values with which systems begin: 64, 128 and 255.
int DialMark::hop_limit() const {
  constexpr int kLeast = 160;
  return kLeast + static_cast<int>(number_ % kHopLimits);
}

// Not zero, as usual, nor so high that a right is needed; leaves the two bits alone that report
// congestion.
int DialMark::traffic_class() const {
  constexpr int kStep = 4;
  return kStep * (1 + static_cast<int>(number_ / kHopLimits));
}

void DialMark::set_on(asio::ip::udp::socket& socket) const {
  asio::error_code error;
  const auto there = socket.remote_endpoint(error).address();
  if (error) return;
  const bool stays = there.is_loopback() || there == socket.local_endpoint(error).address();
  if (error || !stays) return;
  socket.set_option(asio::ip::unicast::hops(hop_limit()), error);
  const int handle = socket.native_handle();
  if (there.is_v6()) {
    set_option(handle, IPPROTO_IPV6, IPV6_TCLASS, traffic_class());
  } else {
    set_option(handle, IPPROTO_IP, IP_TOS, traffic_class());
  }
}

bool DialMark::is_on(const DatagramTrace& trace) const {
  return trace.hop_limit == hop_limit() && trace.traffic_class == traffic_class();
}

// A socket of IPv6 may receive datagrams of both.
void ask_for_traces(asio::ip::udp::socket& socket) {
  const int handle = socket.native_handle();
  set_option(handle, IPPROTO_IP, IP_RECVTTL, 1);
  set_option(handle, IPPROTO_IP, IP_RECVTOS, 1);
  set_option(handle, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
  set_option(handle, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
}

size_t receive_traced(asio::ip::udp::socket& socket, asio::mutable_buffer buffer,
                      asio::ip::udp::endpoint& source, DatagramTrace& trace,
                      asio::error_code& error) {
  trace = {};
  iovec bytes{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, 4 * CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_name = source.data();
  message.msg_namelen = static_cast<socklen_t>(source.capacity());
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(socket.native_handle(), &message, 0);
  if (size < 0) {
    error.assign(errno, asio::error::get_system_category());
    return 0;
  }
  error.clear();
  source.resize(message.msg_namelen);
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    note(*one, trace);
  }
  return static_cast<size_t>(size);
}

}  // namespace ngcshare
