// One direction of an NGC connection between two peers in virtual time, with the faults measured on
// real ones: a lossless packet lost on the path delays all lossless ones after it until it is sent
// again after 3, 5, 9 … s; lossless packets vanish, or old ones are delivered in their place; lossy
// packets are lost, duplicated and reordered.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/wire/contact.h"
#include "tests/simulation/bottleneck.h"
#include "tests/simulation/event_queue.h"
#include "tests/support/seeded_entropy.h"

namespace ngcshare::test {

struct Faults {
  Duration delay = std::chrono::milliseconds(20);
  Duration jitter{};         // extra delay of lossy packets, at most; reorders them
  double loss = 0;           // of any packet on the path, each time it is sent
  double duplication = 0;    // of lossy packets
  double vanish = 0;         // lossless packets that are never delivered
  double replay = 0;         // lossless packets replaced by an old one
  size_t queue_size = 2047;  // lossless packets not yet arrived; more: kFull
  bool full = false;         // kFull, whatever the queue holds
  bool down = false;         // no packet arrives
  bool gone = false;         // kGone
};

class SimChannel {
 public:
  using Receiver = std::function<void(PacketId, Bytes)>;

  // `queue` and `chance` must outlive the channel.
  SimChannel(EventQueue& queue, SeededEntropy& chance, Receiver receiver)
      : queue_(queue), chance_(chance), receiver_(std::move(receiver)) {}

  SendResult send(Outgoing where, Bytes body);

  Faults& faults() { return faults_; }
  // Sends all packets through `bottleneck`, which must outlive the channel; nullptr: through none.
  void set_bottleneck(Bottleneck* bottleneck) { bottleneck_ = bottleneck; }
  // Returns the bytes of lossy packets, with all headers, that were sent and have neither arrived
  // nor been dropped.
  uint64_t lossy_in_flight() const { return lossy_in_flight_; }
  // Makes the connection anew: packets in flight are lost for good.
  void cut();
  // Loses the next packets of a channel, lossless ones when they are first sent.
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
  std::optional<TimePoint> through_bottleneck(const Packet& packet);
  void send_lossy(const PacketPtr& packet);
  void attempt(const PacketPtr& packet);
  void arrive(const PacketPtr& packet);
  void deliver_in_order();
  const Packet* to_deliver(const PacketPtr& packet);

  EventQueue& queue_;
  SeededEntropy& chance_;
  Receiver receiver_;
  Faults faults_;
  Bottleneck* bottleneck_ = nullptr;
  uint64_t lossy_in_flight_ = 0;
  std::deque<PacketPtr> unarrived_;  // lossless, in order
  std::deque<PacketPtr> delivered_;  // may be replayed
  uint64_t connection_ = 0;
  int lose_lossless_ = 0;
  int lose_lossy_ = 0;
};

}  // namespace ngcshare::test
