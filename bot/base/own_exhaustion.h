// Tells a call that failed because this process or its machine has nothing left to open a socket
// with from one that failed because of the other end, which is then not to blame.
#pragma once

#include <cerrno>

namespace ngcshare {

inline bool is_own_exhaustion(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS ||
         error_number == ENOMEM;
}

// Does the same for a connect(), which fails with EADDRNOTAVAIL when no local port is left. A
// machine without IPv6 gives that error for each of its addresses, so only IPv4 tells.
inline bool is_own_exhaustion_at_connect(int error_number, bool to_ipv4) {
  return is_own_exhaustion(error_number) || (error_number == EADDRNOTAVAIL && to_ipv4);
}

}  // namespace ngcshare
