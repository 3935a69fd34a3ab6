// The local port of a connection, for whoever counts ports: the last owner of this object gives the
// port back, when the socket is closed.
#pragma once

namespace ngcshare {

struct LocalPort {
  virtual ~LocalPort() = default;

  // The kernel keeps the port for some time after the socket was closed (TIME_WAIT), because this
  // side ended the connection first.
  bool is_kept = false;
};

}  // namespace ngcshare
