#include "protocol/link/sent_packets.h"

#include <algorithm>

#include "protocol/link/truncated.h"

namespace ngcshare::link {

void SentPackets::add(const SentPacket& packet) {
  const uint64_t number = next_++;
  if (skipped_.skips_after_packet(next_)) ++next_;
  if (packet.state != SentPacket::State::kInFlight) return;
  packets_.push_back({number, packet});
  bytes_in_flight_ += packet.wire_bytes();
  ++in_flight_;
  last_sent_at_ = packet.sent_at;
}

std::deque<SentPackets::Numbered>::iterator SentPackets::first_from(uint64_t number) {
  return std::lower_bound(packets_.begin(), packets_.end(), number,
                          [](const Numbered& one, uint64_t wanted) { return one.number < wanted; });
}

void SentPackets::take_range(uint64_t begin, uint64_t end, AckResult& result) {
  for (auto at = first_from(begin); at != packets_.end() && at->number < end; ++at) {
    SentPacket& packet = at->packet;
    if (packet.state == SentPacket::State::kInFlight) {
      bytes_in_flight_ -= packet.wire_bytes();
      --in_flight_;
      result.acked.push_back(packet);
    }
    packet.state = SentPacket::State::kAcked;
  }
  auto entry = lost_.lower_bound(begin);
  while (entry != lost_.end() && entry->first < end) {
    on_spurious_loss(entry->first);
    result.recovered.push_back(entry->second);
    entry = lost_.erase(entry);
  }
}

void SentPackets::note_largest(uint64_t largest, AckResult& result) {
  if (largest_acked_ && largest <= *largest_acked_) return;
  largest_acked_ = largest;
  const auto at = first_from(largest);
  if (at == packets_.end() || at->number != largest) return;
  if (at->packet.state != SentPacket::State::kInFlight) return;
  result.largest_is_new = true;
  result.largest_sent_at = at->packet.sent_at;
}

std::optional<SentPackets::AckResult> SentPackets::on_ack(const AckFrame& ack) {
  const uint64_t next = next_number();
  const uint64_t largest = complete_truncated(ack.largest, kPacketNumberBits, next);
  const auto look_for_lies = [this](uint64_t begin, uint64_t end) {
    peer_lies_ = peer_lies_ || skipped_.any_in(begin, end);
  };
  if (largest >= next || !ack.for_each_range(largest, look_for_lies) || peer_lies_) {
    return std::nullopt;
  }
  AckResult result;
  note_largest(largest, result);
  ack.for_each_range(largest,
                     [&](uint64_t begin, uint64_t end) { take_range(begin, end, result); });
  drop_settled();
  return result;
}

void SentPackets::drop_settled() {
  while (!packets_.empty() && packets_.front().packet.state != SentPacket::State::kInFlight) {
    packets_.pop_front();
  }
}

// Raises both thresholds, because the path reorders more than they allow for.
void SentPackets::on_spurious_loss(uint64_t number) {
  const uint64_t distance = *largest_acked_ - number + 1;
  packet_threshold_ = std::clamp(distance, packet_threshold_, kMaxPacketThreshold);
  time_threshold_eighths_ = std::min(time_threshold_eighths_ + 1, 16);
}

SentPacket SentPackets::count_as_lost(Numbered& lost) {
  SentPacket& packet = lost.packet;
  packet.state = SentPacket::State::kLost;
  bytes_in_flight_ -= packet.wire_bytes();
  --in_flight_;
  lost_.emplace(lost.number, packet);
  if (lost_.size() > kMaxLostRemembered) lost_.erase(lost_.begin());
  return packet;
}

Duration SentPackets::loss_wait(const RttEstimator& rtt) const {
  return std::max(std::max(rtt.smoothed(), rtt.latest()) * time_threshold_eighths_ / 8,
                  RttEstimator::kGranularity);
}

std::vector<SentPacket> SentPackets::detect_lost(const RttEstimator& rtt, TimePoint now) {
  std::vector<SentPacket> lost;
  loss_deadline_.reset();
  if (!largest_acked_) return lost;
  const Duration wait = loss_wait(rtt);
  for (Numbered& one : packets_) {
    if (one.number >= *largest_acked_) break;
    if (one.packet.state != SentPacket::State::kInFlight) continue;
    const bool by_number = *largest_acked_ - one.number >= packet_threshold_;
    if (by_number || one.packet.sent_at + wait <= now) {
      lost.push_back(count_as_lost(one));
    } else {
      loss_deadline_ = one.packet.sent_at + wait;
      break;  // the rest were sent later
    }
  }
  drop_settled();
  return lost;
}

std::vector<SentPacket> SentPackets::give_up_oldest(size_t count) {
  std::vector<SentPacket> lost;
  give_up(count, false, lost);
  give_up(count, true, lost);
  drop_settled();
  return lost;
}

void SentPackets::give_up(size_t count, bool any_kind, std::vector<SentPacket>& lost) {
  for (Numbered& one : packets_) {
    if (lost.size() >= count) break;
    if (one.packet.state != SentPacket::State::kInFlight) continue;
    if (any_kind || one.packet.has_control()) lost.push_back(count_as_lost(one));
  }
}

}  // namespace ngcshare::link
