// The settings that a Tox node is started with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ngcshare {

// The defaults suit a member at home.
struct ToxConfig {
  bool udp = true;
  bool local_discovery = true;
  uint16_t udp_port = 0;        // 0: the first free one of toxcore's range
  uint16_t tcp_relay_port = 0;  // 0: no relay for others
  struct Proxy {
    bool socks5 = false;  // otherwise HTTP
    std::string host;
    uint16_t port = 0;
  };
  std::optional<Proxy> proxy;
  bool insecure_toxcore = false;  // start even if the linked toxcore is not safe (toxcore_copy.h)
  std::vector<uint8_t> savedata;  // empty: a new identity
};

}  // namespace ngcshare
