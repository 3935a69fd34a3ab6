// Whether ports that are asked for are free, told by binding them for a moment. Nothing is sent.
#pragma once

#include <asio/ip/address.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "bot/problems.h"

namespace ngcshare {

struct WantedPort {
  std::string what;           // who asks for it: "--udp-port"
  asio::ip::address address;  // the unspecified IPv6 address: all addresses of both families
  uint16_t port = 0;
  bool tcp = true;  // otherwise udp
};

void check_ports(const std::vector<WantedPort>& ports, Problems& problems);

}  // namespace ngcshare
