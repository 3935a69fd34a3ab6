// What every socket of our own goes through once: not inherited by child processes. toxcore does
// not mark its sockets so, which is how ToxSockets tells the two apart.
#pragma once

#include <fcntl.h>

namespace ngcshare {

template <typename Socket>
void mark_as_own(Socket& socket) {
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
}

}  // namespace ngcshare
