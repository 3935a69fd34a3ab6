// Tells a connection to a port of this machine that reached itself. Where nobody listens at a port
// from which the system also takes local ones, it takes that very port after some thousand tries:
// the socket is then its own other end, seems to be the service, and keeps the port from it.
#pragma once

#include <asio/error_code.hpp>

namespace ngcshare {

// Returns false for a socket that is not connected.
template <typename Socket>
bool reaches_itself(const Socket& socket) {
  asio::error_code error;
  const auto there = socket.remote_endpoint(error);
  if (error) return false;
  const auto here = socket.local_endpoint(error);
  return !error && here == there;
}

}  // namespace ngcshare
