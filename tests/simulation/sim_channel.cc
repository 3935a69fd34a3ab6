#include "tests/simulation/sim_channel.h"

#include <array>

#include "protocol/link/packet.h"

namespace ngcshare::test {
namespace {

using std::chrono::seconds;

// Times at which NGC sends a lossless packet, counted from the first.
constexpr std::array kSendTimes{seconds(0),  seconds(3),  seconds(5), seconds(9),
                                seconds(17), seconds(33), seconds(65)};
constexpr size_t kReplayable = 2048;

}  // namespace

SendResult SimChannel::send(Outgoing where, Bytes body) {
  if (faults_.gone) return SendResult::kGone;
  const auto packet =
      std::make_shared<Packet>(Packet{where.id, {body.begin(), body.end()}, queue_.now()});
  if (where.channel == Channel::kLossy) {
    send_lossy(packet);
    return SendResult::kSent;
  }
  if (faults_.full || unarrived_.size() >= faults_.queue_size) return SendResult::kFull;
  unarrived_.push_back(packet);
  attempt(packet);
  return SendResult::kSent;
}

void SimChannel::cut() {
  ++connection_;
  unarrived_.clear();
  delivered_.clear();
}

void SimChannel::lose_next(Channel channel, int packets) {
  (channel == Channel::kLossy ? lose_lossy_ : lose_lossless_) = packets;
}

bool SimChannel::lost_on_path(Channel channel) {
  int& scripted = channel == Channel::kLossy ? lose_lossy_ : lose_lossless_;
  if (scripted > 0) {
    --scripted;
    return true;
  }
  return faults_.down || chance_.chance(faults_.loss);
}

// Returns the time at which a packet sent now has passed the bottleneck, or nullopt if it is
// dropped there.
std::optional<TimePoint> SimChannel::through_bottleneck(const Packet& packet) {
  if (bottleneck_ == nullptr) return queue_.now();
  return bottleneck_->pass(packet.body.size() + link::kOverheadBytes, queue_.now());
}

void SimChannel::send_lossy(const PacketPtr& packet) {
  const int copies = chance_.chance(faults_.duplication) ? 2 : 1;
  const size_t bytes = packet->body.size() + link::kOverheadBytes;
  for (int i = 0; i < copies; ++i) {
    const auto passed = through_bottleneck(*packet);
    if (!passed || lost_on_path(Channel::kLossy)) continue;
    const Duration wait = faults_.delay + chance_.between(Duration{}, faults_.jitter);
    lossy_in_flight_ += bytes;
    queue_.at(*passed + wait, [this, packet, bytes, connection = connection_] {
      lossy_in_flight_ -= bytes;
      if (connection == connection_) receiver_(packet->id, packet->body);
    });
  }
}

void SimChannel::attempt(const PacketPtr& packet) {
  const auto passed = through_bottleneck(*packet);
  const bool lost = !passed || lost_on_path(Channel::kLossless);
  const size_t next = std::min(++packet->attempts, kSendTimes.size() - 1);
  const TimePoint when = lost ? std::max(packet->sent + kSendTimes[next], queue_.now() + seconds(1))
                              : *passed + faults_.delay;
  queue_.at(when, [this, packet, lost, connection = connection_] {
    if (connection != connection_) return;
    if (lost) {
      attempt(packet);
    } else {
      arrive(packet);
    }
  });
}

void SimChannel::arrive(const PacketPtr& packet) {
  packet->arrived = true;
  deliver_in_order();
}

void SimChannel::deliver_in_order() {
  while (!unarrived_.empty() && unarrived_.front()->arrived) {
    const PacketPtr packet = unarrived_.front();
    unarrived_.pop_front();
    const uint64_t connection = connection_;
    if (const Packet* const seen = to_deliver(packet)) receiver_(seen->id, seen->body);
    if (connection != connection_) return;
    delivered_.push_back(packet);
    if (delivered_.size() > kReplayable) delivered_.pop_front();
  }
}

const SimChannel::Packet* SimChannel::to_deliver(const PacketPtr& packet) {
  if (chance_.chance(faults_.vanish)) return nullptr;
  if (chance_.chance(faults_.replay) && !delivered_.empty()) {
    return delivered_[chance_.below(delivered_.size())].get();
  }
  return packet.get();
}

}  // namespace ngcshare::test
