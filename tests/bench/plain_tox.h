// A Tox peer in one group, on plain toxcore without ngcshare, which the benchmarks compare with. It
// waits on its sockets; buffers are the system's defaults, memory is toxcore's own.
#pragma once

#include <tox/tox.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "tests/support/raw_tox.h"

namespace bench {

class PlainTox {
 public:
  using PeerJoined = std::function<void(uint32_t peer)>;
  using PacketCame = std::function<void(uint32_t peer, std::span<const uint8_t> packet)>;

  // `udp_port` 0: any free one. Without a boot node it waits for others to find it.
  // Throws std::runtime_error (no free port).
  explicit PlainTox(uint16_t udp_port = 0, std::optional<BootNode> boot = std::nullopt);

  PeerJoined on_peer;
  PacketCame on_packet;  // private custom packets; it may send

  // Founds a public group and returns its chat id. Throws std::runtime_error.
  std::string found(const std::string& name, const std::string& nick);
  // Joins a group. Throws std::runtime_error (not a chat id).
  void join(const std::string& chat_id, const std::string& nick);

  // Reads the socket until it is empty, runs toxcore's timers, and bootstraps again until
  // connected.
  void iterate();
  // Waits until a packet comes, `other` (-1: none) is readable or toxcore must be iterated, but at
  // most `limit`. Returns true if `other` is readable.
  bool wait(std::chrono::milliseconds limit, int other = -1);

  // Sends a lossy private custom packet. Returns false if toxcore did not take it.
  bool send(uint32_t peer, std::span<const uint8_t> packet);

  // Returns HOST:PORT:KEY, with which others can bootstrap from this peer at `host`.
  std::string address(const std::string& host = "127.0.0.1") const;
  int udp_socket() const { return udp_socket_; }
  std::chrono::milliseconds interval() const;

 private:
  struct Kill {
    void operator()(Tox* tox) const { tox_kill(tox); }
  };

  void bootstrap_if_due();

  std::optional<BootNode> boot_;
  std::unique_ptr<Tox, Kill> tox_;
  int udp_socket_ = -1;
  uint32_t group_ = 0;
  std::chrono::steady_clock::time_point next_bootstrap_{};
};

// Returns true if standard input, which is readable, has ended. Discards its content.
bool input_ended();

}  // namespace bench
