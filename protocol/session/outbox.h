// A queue of control packets to one contact: each is sent at once if there is room, otherwise kept
// in order until there is. Lossless Data may not overtake them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "protocol/wire/contact.h"

namespace ngcshare {

class Outbox {
 public:
  static constexpr size_t kMaxPackets = 1024;

  // The contact must outlive the outbox.
  explicit Outbox(Contact& contact) : contact_(contact) {}

  // Sends or queues a control packet. Drops it if kMaxPackets wait already, because packets that
  // matter are repeated by their sender.
  void send(const Packet& packet);
  // Sends a copy on the lossy channel, past the queue.
  void send_copy(const Packet& packet);
  // Sends a Data packet; returns kFull for a lossless one while control packets wait.
  SendResult send_data(const Packet& packet);

  // Sends the packets that wait. Returns false if some still do.
  bool flush();

  bool empty() const { return queue_.empty(); }

 private:
  struct Queued {
    Outgoing where;
    std::vector<uint8_t> body;
  };

  Contact& contact_;
  std::deque<Queued> queue_;
};

}  // namespace ngcshare
