// Marks what a gateway sends to the target of an offer, so that a member on the same machine
// recognizes it when it arrives at the local port of that very offer: without the service itself
// the two would connect to each other without end. Nothing else changes by a mark, and where a
// system does not let it be set or seen, nothing is recognized.
//
// A tcp connection is marked by the maximum segment size, which the other end sees within one
// machine only. A datagram is marked by its hop limit and traffic class, and only on its way to an
// address of this machine, where no router uses them.
#pragma once

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ip/udp.hpp>
#include <cstdint>

namespace ngcshare {

// The fields of a received datagram that a mark is made of; -1: not reported.
struct DatagramTrace {
  int hop_limit = -1;
  int traffic_class = -1;
};

class DialMark {
 public:
  // One of 1,024 marks: chance makes two offers alike, and no other program sets such values.
  explicit DialMark(uint32_t offer_id);

  // Marks a tcp socket. REQUIRES: it is open and not yet connected.
  void set_on(asio::ip::tcp::socket& socket) const;
  // Returns whether the other end of an accepted connection has this mark.
  bool is_on(asio::ip::tcp::socket& socket) const;

  // Marks the datagrams of a udp socket, unless they leave this machine. REQUIRES: it is connected.
  void set_on(asio::ip::udp::socket& socket) const;
  bool is_on(const DatagramTrace& trace) const;

 private:
  int segment_bytes() const;
  int hop_limit() const;
  int traffic_class() const;

  unsigned number_;
};

// Makes the system report the traces of the datagrams that a socket receives.
void ask_for_traces(asio::ip::udp::socket& socket);

// Receives as asio's receive_from() does, with the trace.
size_t receive_traced(asio::ip::udp::socket& socket, asio::mutable_buffer buffer,
                      asio::ip::udp::endpoint& source, DatagramTrace& trace,
                      asio::error_code& error);

}  // namespace ngcshare
