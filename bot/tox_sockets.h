// Watches toxcore's sockets, which it does not name. They are found among the process's
// descriptors: the UDP socket by its bound port, the TCP ones (relays, relay clients) by not being
// marked as ours (local_socket.h). Waiting on them instead of calling toxcore every 50 ms is what
// makes a round trip take 0.1 ms instead of up to 100.
//
// They are put, edge triggered, into an epoll instance whose own descriptor becomes readable when
// one of them does. A descriptor that toxcore closes leaves it by itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace ngcshare {

class ToxSockets {
 public:
  // Throws std::system_error when the kernel gives no epoll instance.
  ToxSockets();
  ~ToxSockets();
  ToxSockets(const ToxSockets&) = delete;
  ToxSockets& operator=(const ToxSockets&) = delete;

  // Readable when a watched socket has become so.
  int descriptor() const { return epoll_; }

  // Looks for sockets that have come or gone. Costs some 20 µs for each 100 descriptors: call it
  // when connections may have changed, not for every packet.
  void rescan(std::optional<uint16_t> udp_port);

  // Takes the readiness reported so far; to be called before toxcore reads.
  void drain();

  size_t watched() const { return watched_.size(); }

 private:
  // What a descriptor number stands for: numbers are reused.
  struct Identity {
    uint64_t inode = 0;
    bool operator==(const Identity&) const = default;
  };
  void watch(int descriptor, bool is_udp);

  int epoll_;
  std::map<int, Identity> watched_;
};

}  // namespace ngcshare
