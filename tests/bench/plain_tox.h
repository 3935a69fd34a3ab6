// A Tox peer in one group, on plain toxcore with nothing of ngcshare: what the benchmarks compare
// with. Its sockets are waited on, its buffers are the system's, its memory is toxcore's own.
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

  // `udp_port` 0: one that is free. Without a boot node it waits for others to find it.
  // Throws std::runtime_error (no port is free).
  explicit PlainTox(uint16_t udp_port = 0, std::optional<BootNode> boot = std::nullopt);

  PeerJoined on_peer;
  PacketCame on_packet;  // private custom packets; sending inside is fine

  // Founds a public group; its chat id. Throws std::runtime_error.
  std::string found(const std::string& name, const std::string& nick);
  // Throws std::runtime_error (not a chat id).
  void join(const std::string& chat_id, const std::string& nick);

  // Reads until the socket is empty, does what is due, and bootstraps again until connected.
  void iterate();
  // Until a packet comes or `other` (-1: none) is readable or toxcore wants its turn, at most
  // `limit`; whether `other` is readable.
  bool wait(std::chrono::milliseconds limit, int other = -1);

  // A lossy private custom packet. False: toxcore did not take it.
  bool send(uint32_t peer, std::span<const uint8_t> packet);

  // HOST:PORT:KEY, with which others on 127.0.0.1 or at `host` can bootstrap from this one.
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

// Whether standard input, which is readable, has ended; what stands in it is read away.
bool input_ended();

}  // namespace bench
