// A pool for the packets on a simulated path: fixed slots in chunks that never move, taken and
// released without the allocator once there are enough chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace netlab {

class PacketPool {
 public:
  static constexpr size_t kSlotBytes = 2048;  // above any packet of an interface with MTU 1500

  // Never holds more than `max_packets` at once.
  explicit PacketPool(size_t max_packets) : max_packets_(max_packets) {}

  // Copies the packet into a free slot. Returns nullopt if the pool is full, or the packet exceeds
  // kSlotBytes.
  std::optional<uint32_t> keep(std::span<const uint8_t> packet);

  // Returns a kept packet. REQUIRES: slot is from keep() and not released. Valid until
  // release(slot).
  std::span<const uint8_t> packet(uint32_t slot) const;
  void release(uint32_t slot);

  // Allocates room for `packets` packets in advance, so that no packet waits for memory.
  void reserve(size_t packets);

  size_t in_use() const { return sizes_.size() - free_.size(); }

 private:
  static constexpr size_t kSlotsPerChunk = 512;

  void grow();
  uint8_t* at(uint32_t slot) const {
    return chunks_[slot / kSlotsPerChunk].get() + (slot % kSlotsPerChunk) * kSlotBytes;
  }

  const size_t max_packets_;
  std::vector<std::unique_ptr<uint8_t[]>> chunks_;
  std::vector<uint16_t> sizes_;
  std::vector<uint32_t> free_;
};

}  // namespace netlab
