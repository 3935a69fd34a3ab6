// Finds out that the machine at the other end of a local tcp connection is dead: one that was
// switched off sends no end, so an idle connection to it would stay for ever.
#pragma once

#include <asio/ip/tcp.hpp>
#include <chrono>

namespace ngcshare {

// The connection ends when nothing has come for kKeepAliveIdle and kKeepAliveTries questions after
// that, kKeepAliveInterval apart, were not answered: after four minutes.
inline constexpr std::chrono::seconds kKeepAliveIdle{120};
inline constexpr std::chrono::seconds kKeepAliveInterval{30};
inline constexpr int kKeepAliveTries = 4;

// Makes the operating system ask. An error is ignored, because the connection works without.
void keep_alive(asio::ip::tcp::socket& socket);

}  // namespace ngcshare
