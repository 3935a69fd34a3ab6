// Loopback addresses that belong to one test alone, so that tests that run at the same time do not
// take each other's ports.
#pragma once

#include <unistd.h>

#include <asio/ip/address_v4.hpp>
#include <cstddef>
#include <cstdint>

namespace ngcshare::test {

// Returns the address of 127.64.0.0/10 with that number, of up to 254, of this process.
inline asio::ip::address_v4 own_loopback(size_t number = 0) {
  const auto pid = static_cast<uint32_t>(::getpid());
  return asio::ip::address_v4({127, static_cast<uint8_t>(64 + pid / 256 % 64),
                               static_cast<uint8_t>(pid), static_cast<uint8_t>(1 + number)});
}

}  // namespace ngcshare::test
