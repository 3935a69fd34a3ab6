#include "tests/bench/netlab/packet_pool.h"

#include <algorithm>

namespace netlab {

std::optional<uint32_t> PacketPool::keep(std::span<const uint8_t> packet) {
  if (packet.size() > kSlotBytes || in_use() >= max_packets_) return std::nullopt;
  if (free_.empty()) grow();
  const uint32_t slot = free_.back();
  free_.pop_back();
  std::copy(packet.begin(), packet.end(), at(slot));
  sizes_[slot] = static_cast<uint16_t>(packet.size());
  return slot;
}

std::span<const uint8_t> PacketPool::packet(uint32_t slot) const {
  return {at(slot), sizes_[slot]};
}

void PacketPool::release(uint32_t slot) { free_.push_back(slot); }

void PacketPool::reserve(size_t packets) {
  while (sizes_.size() < packets) grow();
}

void PacketPool::grow() {
  const size_t first = sizes_.size();
  chunks_.push_back(std::make_unique<uint8_t[]>(kSlotsPerChunk * kSlotBytes));
  sizes_.resize(first + kSlotsPerChunk);
  free_.reserve(sizes_.size());
  for (size_t slot = sizes_.size(); slot > first; --slot) {
    free_.push_back(static_cast<uint32_t>(slot - 1));
  }
}

}  // namespace netlab
