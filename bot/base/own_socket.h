// Marks a socket as ours by close-on-exec, so that child processes do not inherit it. toxcore does
// not set this flag on its sockets, which is how ToxSockets tells the two apart.
#pragma once

#include <fcntl.h>

namespace ngcshare {

template <typename Socket>
void mark_as_own(Socket& socket) {
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
}

}  // namespace ngcshare
