// One direction of an NGC connection between two peers in virtual time, with the faults that were
// measured on real ones: what is lost on the path holds up everything lossless behind it until it
// is sent again after 3, 5, 9 … s; lossless packets vanish, or old ones are played back in their
// place; lossy ones are lost, doubled and reordered.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "protocol/contact.h"
#include "tests/simulation/event_queue.h"
#include "tests/simulation/seeded_entropy.h"

namespace ngcshare::test {

struct Faults {
  Duration delay = std::chrono::milliseconds(20);
  Duration jitter{};         // lossy packets take up to this much longer, which reorders them
  double loss = 0;           // of any packet on the path, each time that it is sent
  double duplication = 0;    // of lossy packets
  double vanish = 0;         // lossless packets that are never seen again
  double replay = 0;         // lossless packets in whose place an old one is delivered
  size_t queue_size = 2047;  // lossless packets that have not arrived; above: kFull
  bool full = false;         // kFull whatever the queue holds
  bool down = false;         // nothing gets through
  bool gone = false;         // kGone
};

class SimChannel {
 public:
  using Receiver = std::function<void(PacketId, Bytes)>;

  // Queue and chance outlive the channel.
  SimChannel(EventQueue& queue, SeededEntropy& chance, Receiver receiver)
      : queue_(queue), chance_(chance), receiver_(std::move(receiver)) {}

  SendResult send(Outgoing where, Bytes body);

  Faults& faults() { return faults_; }
  // The connection is made anew: what was on its way is lost for good.
  void cut();
  // The path loses the next packets of a channel, lossless ones at their first sending.
  void lose_next(Channel channel, int packets);

 private:
  struct Packet {
    PacketId id;
    std::vector<uint8_t> body;
    TimePoint sent;
    size_t attempts = 0;
    bool arrived = false;
  };
  using PacketPtr = std::shared_ptr<Packet>;

  bool lost_on_path(Channel channel);
  void send_lossy(const PacketPtr& packet);
  void attempt(const PacketPtr& packet);
  void arrive(const PacketPtr& packet);
  void deliver_in_order();
  const Packet* to_deliver(const PacketPtr& packet);

  EventQueue& queue_;
  SeededEntropy& chance_;
  Receiver receiver_;
  Faults faults_;
  std::deque<PacketPtr> unarrived_;  // lossless, in order
  std::deque<PacketPtr> delivered_;  // what can be played back
  uint64_t connection_ = 0;
  int lose_lossless_ = 0;
  int lose_lossy_ = 0;
};

}  // namespace ngcshare::test
