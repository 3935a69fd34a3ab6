#include "bot/tunnel/keep_alive.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace ngcshare {
namespace {

void set(asio::ip::tcp::socket& socket, int option, int value) {
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, option, &value, sizeof(value));
}

}  // namespace

void keep_alive(asio::ip::tcp::socket& socket) {
  set(socket, TCP_KEEPIDLE, static_cast<int>(kKeepAliveIdle.count()));
  set(socket, TCP_KEEPINTVL, static_cast<int>(kKeepAliveInterval.count()));
  set(socket, TCP_KEEPCNT, kKeepAliveTries);
  asio::error_code ignored;
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

}  // namespace ngcshare
