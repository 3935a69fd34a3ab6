// Marks a gateway's tcp connection to the target of an offer, so that a member on the same machine
// recognizes it when it arrives at the local port of that very offer: without the service itself
// the two would connect to each other without end. The mark is the maximum segment size, because
// the other end of a connection within one machine sees it and nothing else changes by it. Where a
// system does not let it be set, nothing is marked.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdint>

namespace ngcshare {

// Returns one of 1,024 marks, all larger than the segments of any network: chance makes two offers
// alike, and no other program sets such a size.
constexpr int dial_mark(uint32_t offer_id) {
  constexpr int kLeast = 16 * 1024;
  constexpr int kStep = 16;  // more than the bytes of options that the system subtracts
  return kLeast + kStep * static_cast<int>((offer_id ^ offer_id >> 10U ^ offer_id >> 20U) & 1023U);
}

// Marks a socket. REQUIRES: it is open and not yet connected.
template <typename Socket>
void set_dial_mark(Socket& socket, int mark) {
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_MAXSEG, &mark, sizeof mark);
}

// Returns whether the other end of an accepted connection has set that mark.
template <typename Socket>
bool has_dial_mark(Socket& socket, int mark) {
  constexpr int kTimestamps = 12;  // bytes in each segment, if the system uses them
  int size = 0;
  socklen_t length = sizeof size;
  if (::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_MAXSEG, &size, &length) != 0) {
    return false;
  }
  return size == mark || size == mark - kTimestamps;
}

}  // namespace ngcshare
