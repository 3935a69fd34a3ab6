// The part of a Tox node that Bootstrapper and ToxDriver use. An interface, so that both can be
// tested without toxcore.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "bot/base/key.h"
#include "bot/tox/events.h"

namespace ngcshare {

class NetworkNode {
 public:
  virtual ~NetworkNode() = default;

  // Reads all sockets and runs what is due.
  virtual void iterate() = 0;
  // Returns the time after which iterate() should run again at the latest.
  virtual std::chrono::milliseconds iteration_interval() const = 0;
  // Returns nullopt if the node does without UDP.
  virtual std::optional<uint16_t> udp_port() const = 0;

  virtual NetworkConnection connection() const = 0;
  // Asks the boot node at a numeric address by UDP.
  virtual void bootstrap(const std::string& ip, uint16_t port, const Key& key) = 0;
  // Adds the TCP relay of a boot node.
  virtual void add_tcp_relay(const std::string& ip, uint16_t port, const Key& key) = 0;
};

}  // namespace ngcshare
