// Watches toxcore's sockets, which its API does not expose. Finds them among the process's
// descriptors: the UDP socket by its bound port, the TCP ones (relays, relay clients) because they
// are not marked as ours (base/own_socket.h). Waiting for them instead of calling toxcore every 50
// ms cuts a round trip from up to 100 ms to 0.1 ms.
//
// They are added, edge triggered, to an epoll instance of their own, and Asio waits only for its
// descriptor. The kernel removes a descriptor that toxcore closes, so Asio never has a closed one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace ngcshare {

class ToxSockets {
 public:
  // Throws std::system_error if no epoll instance can be created.
  ToxSockets();
  ~ToxSockets();
  ToxSockets(const ToxSockets&) = delete;
  ToxSockets& operator=(const ToxSockets&) = delete;

  // Returns a descriptor that becomes readable when a watched socket does.
  int descriptor() const { return epoll_; }

  // Returns the number of watched sockets.
  size_t watched() const { return watched_.size(); }

  // Finds new and closed sockets. Takes about 20 µs per 100 places in the table of descriptors
  // (3 ms with 8,200 open ones), so call it when connections may have changed, not for every
  // packet.
  void rescan(std::optional<uint16_t> udp_port);

  // Clears the readiness reported so far. Must be called before toxcore reads.
  void drain();

 private:
  // Tells a socket from a later one with the same descriptor number.
  struct Identity {
    uint64_t inode = 0;
    bool operator==(const Identity&) const = default;
  };
  void watch(int descriptor, bool is_udp);

  int epoll_;
  std::map<int, Identity> watched_;
};

}  // namespace ngcshare
