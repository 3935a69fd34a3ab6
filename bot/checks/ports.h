// Checks whether ports are free by binding them for a moment. Sends nothing.
#pragma once

#include <asio/ip/address.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "bot/options/problems.h"

namespace ngcshare {

struct WantedPort {
  std::string what;           // named in the error: "--udp-port"
  asio::ip::address address;  // unspecified IPv6: all addresses of both families
  uint16_t port = 0;
  bool tcp = true;  // otherwise udp
};

void check_ports(const std::vector<WantedPort>& ports, Problems& problems);

}  // namespace ngcshare
