// Helpers for programs on plain toxcore: boot node addresses and the descriptor to wait on.
#pragma once

#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <tox/tox.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "raw_text.h"

struct BootNode {
  std::string host;
  uint16_t port = 0;
  Bytes key;
};

// Parses HOST:PORT:KEY, the key in hexadecimal digits.
inline std::optional<BootNode> parse_boot_node(const std::string& text) {
  const size_t key_at = text.rfind(':');
  if (key_at == std::string::npos || key_at == 0) return std::nullopt;
  const size_t port_at = text.rfind(':', key_at - 1);
  if (port_at == std::string::npos) return std::nullopt;
  const auto key = from_hex(text.substr(key_at + 1));
  const int port = std::atoi(text.c_str() + port_at + 1);
  if (!key || key->size() != TOX_PUBLIC_KEY_SIZE || port <= 0 || port > 65535) return std::nullopt;
  return BootNode{text.substr(0, port_at), static_cast<uint16_t>(port), *key};
}

// Returns the descriptor of toxcore's UDP socket, which has no accessor, or -1 if there is none.
inline int find_udp_socket(uint16_t port) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc/self/fd"), closedir);
  while (const dirent* entry = folder ? readdir(folder.get()) : nullptr) {
    const int descriptor = std::atoi(entry->d_name);
    sockaddr_in6 address{};
    socklen_t length = sizeof(address);
    int type = 0;
    socklen_t type_length = sizeof(type);
    if (getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &type_length) != 0) continue;
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) continue;
    // The port is at the same place in both address families.
    if (type == SOCK_DGRAM && ntohs(address.sin6_port) == port) return descriptor;
  }
  return -1;
}
