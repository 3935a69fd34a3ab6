// Control packets on their way to one contact: sent at once where there is room, otherwise kept in
// order until there is. Data may not pass them.
#pragma once

#include <deque>
#include <vector>

#include "protocol/contact.h"

namespace ngcshare {

class Outbox {
 public:
  static constexpr size_t kMaxPackets = 1024;

  explicit Outbox(Contact& contact) : contact_(contact) {}

  // Sends or queues a control packet. Past kMaxPackets it is dropped and counted: whatever matters
  // is repeated by its sender.
  void send(const Packet& packet);
  // Sends a copy on the lossy channel, which nothing holds back.
  void send_copy(const Packet& packet);
  // Sends a Data packet unless control packets wait.
  SendResult send_data(const Packet& packet);

  // Sends what waits. False: there is still no room.
  bool flush();

  bool empty() const { return queue_.empty(); }
  uint64_t dropped() const { return dropped_; }

 private:
  struct Queued {
    Outgoing where;
    std::vector<uint8_t> body;
  };

  Contact& contact_;
  std::deque<Queued> queue_;
  uint64_t dropped_ = 0;
};

}  // namespace ngcshare
