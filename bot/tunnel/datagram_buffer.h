// The receive buffer that all udp sockets share, because the loop has one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ngcshare {

// The largest datagram that UDP over IPv4 carries.
inline constexpr size_t kMaxUdpBytes = 65507;

// Datagrams read from one socket before other sockets get their turn.
inline constexpr int kDatagramsPerTurn = 64;

inline std::array<uint8_t, kMaxUdpBytes + 1> datagram_buffer;

}  // namespace ngcshare
